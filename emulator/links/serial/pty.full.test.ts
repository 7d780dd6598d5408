import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openBench, PlainHost } from '../../test/hosts/pty-fixture.ts';

test('an idle port uses no CPU, with a host and after one', async () => {
  await using bench = await openBench();
  bench.usart.echo();
  {
    await using host = await PlainHost.open(bench.link.path);
    await host.write('a');
    await host.read(1);
    expect(await cpuMs()).toBeLessThan(100);
  }
  expect(await cpuMs()).toBeLessThan(100);
});

test('output that waits for a host uses next to no CPU', async () => {
  await using bench = await openBench();
  bench.usart.send(Buffer.alloc(50_000));
  expect(await cpuMs()).toBeLessThan(50);
});

test('a host that sent without reading does not block the port for the next one', async () => {
  await using bench = await openBench();
  bench.usart.echo();
  {
    await using flood = await PlainHost.open(bench.link.path);
    await flood.write(Buffer.alloc(500_000, 'flood'));
    await bench.usart.until(() => bench.usart.received === 500_000);
  }
  expect(bench.notes).toEqual([`nobody reads ${bench.link.path}: output is dropped`]);
  await wait(100);
  await using host = await PlainHost.open(bench.link.path);
  await host.write('hello');
  await bench.usart.until(() => bench.usart.text.endsWith('hello'));
  expect(String(await host.readSome())).toBe('hello');
});

/** CPU time of this process over half a second, in ms. */
async function cpuMs(): Promise<number> {
  const before = process.cpuUsage();
  await wait(500);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
