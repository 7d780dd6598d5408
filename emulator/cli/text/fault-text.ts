import { EmulatorError } from '../../errors.ts';
import { refusedCommands } from '../../faults.ts';
import type { Fault, FlashFault, LinkFault, ReplyFault } from '../../faults.ts';

const forms =
  'write flash:power-cut|reset|lie|slow:OPERATION[:done=0..1][:mask=HEX][:by=MICROSECONDS]' +
  ', link:drop|corrupt|duplicate|insert:to-chip|to-host:NTH[:value=HEX]' +
  ' or reply:refuse[:COMMAND][:address=HEX][:nth=N]';

/** Reads one `--fault`: `flash:power-cut:3:done=0.5:mask=a5`, `link:drop:to-chip:17`, `reply:refuse:go`. */
export function parseFault(text: string): Fault {
  const [at, what, ...rest] = text.split(':');
  if (at === 'flash') return flashFault(text, what, rest);
  if (at === 'link') return linkFault(text, what, rest);
  if (at === 'reply') return replyFault(text, what, rest);
  throw wrong(text, 'it must start with flash:, link: or reply:');
}

function flashFault(text: string, what: string | undefined, rest: readonly string[]): FlashFault {
  if (what !== 'power-cut' && what !== 'reset' && what !== 'lie' && what !== 'slow') {
    throw wrong(text, `flash has no ${what === undefined || what === '' ? 'empty fault' : what}`);
  }
  const operation = counter(text, rest[0], 'operation');
  const cut = what === 'power-cut' || what === 'reset';
  const settings = readSettings(
    text,
    rest.slice(1),
    cut ? ['done', 'mask'] : what === 'slow' ? ['by'] : [],
  );
  const { done, mask, by } = settings;
  if (what === 'slow' && by === undefined) throw wrong(text, 'slow needs :by=MICROSECONDS');
  return {
    at: 'flash',
    do: what,
    operation,
    ...(done === undefined ? {} : { done: share(text, done) }),
    ...(mask === undefined ? {} : { mask: [...hexBytes(text, mask)] }),
    ...(by === undefined ? {} : { by: micros(text, by) }),
  };
}

function linkFault(text: string, what: string | undefined, rest: readonly string[]): LinkFault {
  if (what !== 'drop' && what !== 'corrupt' && what !== 'duplicate' && what !== 'insert') {
    throw wrong(text, `link has no ${what === undefined || what === '' ? 'empty fault' : what}`);
  }
  const direction = rest[0];
  if (direction !== 'to-chip' && direction !== 'to-host') {
    throw wrong(text, 'the direction is to-chip or to-host');
  }
  const nth = counter(text, rest[1], 'byte');
  const hasValue = what === 'corrupt' || what === 'insert';
  const { value } = readSettings(text, rest.slice(2), hasValue ? ['value'] : []);
  if (value === undefined) return { at: 'link', do: what, direction, nth };
  const bytes = hexBytes(text, value);
  if (bytes.length !== 1) throw wrong(text, 'value is one byte in hex');
  return { at: 'link', do: what, direction, nth, value: bytes[0]! };
}

function replyFault(text: string, what: string | undefined, rest: readonly string[]): ReplyFault {
  if (what !== 'refuse') throw wrong(text, `reply has no ${what === '' ? 'empty fault' : what}`);
  const [first = '', ...others] = rest;
  const command = refusedCommands.find((name) => name === first);
  if (command === undefined && first !== '' && !first.includes('=')) {
    throw wrong(text, `${first} is not one of ${refusedCommands.join(', ')}`);
  }
  const settings = command === undefined && first !== '' ? rest : others;
  const { address, nth } = readSettings(text, settings, ['address', 'nth']);
  return {
    at: 'reply',
    do: 'refuse',
    ...(command === undefined ? {} : { command }),
    ...(address === undefined ? {} : { address: hexAddress(text, address) }),
    ...(nth === undefined ? {} : { nth: counter(text, nth, 'request') }),
  };
}

type Settings = Partial<Record<'done' | 'mask' | 'by' | 'value' | 'address' | 'nth', string>>;

function readSettings(
  text: string,
  parts: readonly string[],
  known: readonly (keyof Settings)[],
): Settings {
  const settings: Settings = {};
  for (const part of parts) {
    const [, name, value] = /^([a-z]+)=(.+)$/.exec(part) ?? [];
    const key = known.find((each) => each === name);
    if (key === undefined || value === undefined) throw wrong(text, `it does not take ${part}`);
    settings[key] = value;
  }
  return settings;
}

function counter(text: string, digits: string | undefined, what: string): number {
  if (digits === undefined || !/^[1-9]\d{0,8}$/.test(digits)) {
    throw wrong(text, `the number of the ${what} counts from 1`);
  }
  return Number(digits);
}

function share(text: string, value: string): number {
  const done = Number(value);
  if (!(done >= 0 && done <= 1)) throw wrong(text, 'done is between 0 and 1');
  return done;
}

function micros(text: string, value: string): number {
  if (!/^\d+$/.test(value)) throw wrong(text, 'by is a whole number of µs');
  return Number(value);
}

function hexAddress(text: string, value: string): number {
  const digits = value.replace(/^0x/i, '');
  if (!/^[0-9a-f]{1,8}$/i.test(digits)) throw wrong(text, `${value} is not an address in hex`);
  return Number.parseInt(digits, 16);
}

function hexBytes(text: string, value: string): Uint8Array {
  const digits = value.replace(/^0x/i, '');
  if (!/^([0-9a-f]{2})+$/i.test(digits)) throw wrong(text, `${value} is not bytes in hex`);
  return Buffer.from(digits, 'hex');
}

function wrong(text: string, why: string): EmulatorError {
  return new EmulatorError(`--fault ${text}: ${why}; ${forms}`);
}
