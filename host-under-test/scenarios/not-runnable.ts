import type { NotRunnable } from '../scenario.ts';

/** Catalogue lines that a serial port, or this bench, cannot express. */
export const NOT_RUNNABLE: readonly NotRunnable[] = [
  {
    id: 'A19',
    symptom: 'Chatter on a USART keeps the bootloader from USB',
    why: 'needs USB DFU: the tool is at the other interface',
  },
  {
    id: 'A20',
    symptom: 'The application reboots into the bootloader and the port comes back later',
    why: 'needs a port that vanishes and returns under another name: USB',
  },
  {
    id: 'C14',
    symptom: 'Sectors beyond 1 MB leave H743 in dfuDNBUSY',
    why: 'needs USB DFU',
  },
  { id: 'C15', symptom: 'The layout in the DFU strings is wrong', why: 'needs USB DFU' },
  { id: 'C16', symptom: 'The answer to GETSTATUS is late', why: 'needs USB DFU' },
  { id: 'C17', symptom: 'A 128 KiB sector over SPI takes longer than 2 s', why: 'needs SPI' },
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
  { id: 'F05', symptom: 'H5 is reset by a special command over FDCAN', why: 'needs FDCAN' },
  {
    id: 'F06',
    symptom: 'The application has no USB: the next upload finds no port',
    why: 'needs USB CDC',
  },
  { id: 'G04', symptom: 'Option bytes over DFU: waits for re-enumeration', why: 'needs USB DFU' },
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
    id: 'G11',
    symptom: 'The transfer ends in NO_DEVICE after an option write',
    why: 'needs USB DFU',
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
