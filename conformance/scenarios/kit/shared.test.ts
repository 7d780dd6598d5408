import { expect, test } from 'vitest';
import { usartHost } from '../../interfaces/usart/framed-host.ts';
import { goes } from '../go.ts';

test('a room has what it names, with what differs there, and tsc refuses what is not shared', () => {
  const [flash, ...others] = goes(usartHost, '3.5', {
    flash: { covers: [1, '3-6'], name: 'elsewhere', strength: 'observed' },
    // @ts-expect-error -- no shared scenario has that name
    'no-such-requirement': [1],
  });
  expect(others).toEqual([]);
  expect(flash).toMatchObject({
    id: 'usart/3.5/elsewhere',
    covers: ['3.5-1', '3-6'],
    strength: 'observed',
    destroys: 'chip',
  });
});
