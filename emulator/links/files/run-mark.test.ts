import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { RunMark } from './run-mark.ts';

test.skipIf(process.platform !== 'linux')(
  'processes with the mark are found in every session, and those of a session without it',
  async () => {
    const mark = new RunMark();
    const other = new RunMark();
    expect(mark.signal('SIGKILL')).toBe(0);
    const start = (env: NodeJS.ProcessEnv) => spawn('sleep', ['60'], { env, detached: true });
    const marked = [start(mark.env), start(mark.env)];
    const hidden = start({});
    const foreign = start(other.env);
    const ended = [...marked, hidden].map(async (child) => await once(child, 'exit'));
    expect(mark.signal('SIGTERM', hidden.pid)).toBe(3);
    expect(await Promise.all(ended)).toEqual(Array(3).fill([null, 'SIGTERM']));
    expect(mark.signal('SIGKILL')).toBe(0);
    expect(other.signal('SIGKILL')).toBe(1);
    await once(foreign, 'exit');
  },
);
