import { readFileSync } from 'node:fs';
import type { ReadStream } from 'node:tty';
import { stripVTControlCharacters } from 'node:util';
import type { Controls } from './controls.ts';

export const keyHelp = 'r reset, b BOOT0, p power, s save, q quit';

/** What the keys need besides the switches. */
export interface KeyActions {
  readonly controls: Controls;
  /** Tells the person at the keys what a key did. */
  readonly say: (text: string) => void;
  readonly quit: () => void;
  /** Ctrl-C. */
  readonly interrupt: () => void;
}

/** Obeys single keys of a terminal until disposed. */
export function listenToKeys(terminal: ReadStream, actions: KeyActions): Disposable {
  const onData = (keys: Buffer): void => {
    // Arrow and function keys are escape sequences with letters in them.
    for (const key of stripVTControlCharacters(keys.toString('latin1'))) void press(key, actions);
  };
  terminal.setRawMode(true);
  terminal.on('data', onData);
  // The terminal window was closed.
  terminal.on('end', actions.quit);
  terminal.on('error', actions.quit);
  return {
    [Symbol.dispose]() {
      terminal.off('data', onData);
      terminal.off('end', actions.quit);
      terminal.setRawMode(false);
      terminal.pause();
    },
  };
}

async function press(key: string, { controls, say, quit, interrupt }: KeyActions): Promise<void> {
  try {
    switch (key) {
      case 'r':
        return say(controls.reset());
      case 'b':
        return say(`${controls.toggleBoot0()}, press r`);
      case 'p':
        return say(controls.togglePower());
      case 's':
        return say(await controls.save());
      case '\u0003': // Ctrl-C: raw mode makes it a key
        return interrupt();
      case 'q':
      case '\u0004': // Ctrl-D
        return quit();
      default:
        return say(`keys: ${keyHelp}`);
    }
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
  }
}

/**
 * The process may read its terminal: a job in the background that tries is stopped by the kernel
 * (SIGTTIN, SIGTTOU). Taken as given where there is no /proc to look it up.
 */
export function inForeground(): boolean {
  try {
    // pid (comm) state ppid pgrp session tty_nr tpgid …; comm may hold spaces and parentheses.
    const fields = readFileSync('/proc/self/stat', 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[2] === fields[5];
  } catch {
    return true;
  }
}
