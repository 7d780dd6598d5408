import type { NotRunnable } from '../scenario.ts';

/** Catalogue lines that this bench cannot express. */
export const NOT_RUNNABLE: readonly NotRunnable[] = [
  {
    id: 'E17',
    symptom: 'The application runs before verification and writes flash',
    why: 'needs an application that writes flash: the virtual one does not',
  },
  {
    id: 'E18',
    symptom: '"failed to download" and "verified successfully" in one run',
    why: 'needs a data EEPROM that refuses writes: no line here does; every scenario checks that exit code and flash agree',
  },
  {
    id: 'D19',
    symptom: 'Another device with a runtime DFU interface is at the computer',
    why: 'needs a second kind of USB device: the bench has boards alone',
  },
  {
    id: 'D28',
    symptom: 'The device is listed, and the driver or udev does not let the tool open it',
    why: 'needs an operating system that refuses: the stand-in libusb asks nobody for permission',
  },
  {
    id: 'F05',
    symptom: 'H5 is reset by a special command over FDCAN',
    why: 'needs a job of its own: no tool here is asked to send special commands',
  },
  {
    id: 'F06',
    symptom: 'The application has no USB: the next upload finds no port',
    why: 'needs an application with a USB interface: the virtual one has none',
  },
  {
    id: 'G08',
    symptom: 'Option bits of H7B3 do not take',
    why: 'needs option bits that are read-only: the emulator has no such fault',
  },
  {
    id: 'G09',
    symptom: 'Readout unprotect leaves other option bytes than the factory',
    why: 'needs a fault of the emulator at the option bytes',
  },
  {
    id: 'G10',
    symptom: 'Option bytes are damaged when power is lost in a flash write',
    why: 'needs a fault of the emulator at the option bytes',
  },
  {
    id: 'I02',
    symptom: 'Exit 0 on a failed run',
    why: 'holds over all scenarios: exit 0 with wrong flash is silent corruption in each',
  },
  {
    id: 'I06',
    symptom: 'Two tools open the same port',
    why: 'needs a second tool beside the first: the bench runs one at a time on a port',
  },
];
