import type { BootRow } from '../family.ts';

// Boot tables that several series have, by the patterns of AN2606 table 2.

/** Pattern 1. */
export const BOOT_BY_BOOT1_PIN: readonly BootRow[] = [
  { when: { BOOT0: 0 }, boots: 'main-flash' },
  { when: { BOOT0: 1, BOOT1: 0 }, boots: 'system-memory' },
  { when: { BOOT0: 1, BOOT1: 1 }, boots: 'sram' },
];

/** Pattern 2; pattern 1 where BOOT1 is an option bit. */
export const BOOT_BY_nBOOT1: readonly BootRow[] = [
  { when: { BOOT0: 0 }, boots: 'main-flash' },
  { when: { BOOT0: 1, nBOOT1: 1 }, boots: 'system-memory' },
  { when: { BOOT0: 1, nBOOT1: 0 }, boots: 'sram' },
];

/** Pattern 7: with BFB2 the bootloader runs first and picks a bank. */
export const BOOT_BY_BFB2: readonly BootRow[] = [
  { when: { BOOT0: 0, BFB2: 1 }, boots: 'banks' },
  { when: { BOOT0: 0, BFB2: 0 }, boots: 'main-flash' },
  { when: { BOOT0: 1, nBOOT1: 1 }, boots: 'system-memory' },
  { when: { BOOT0: 1, nBOOT1: 0 }, boots: 'sram' },
];

/** Pattern 11, and 6 on L0: nBOOT_SEL tells whether the pin or nBOOT0 decides. */
export const BOOT_BY_nBOOT_SEL: readonly BootRow[] = [
  { when: { nBOOT_SEL: 0, BOOT0: 0, FLASH_EMPTY: 1 }, boots: 'system-memory' },
  { when: { nBOOT_SEL: 0, BOOT0: 0 }, boots: 'main-flash' },
  { when: { nBOOT_SEL: 0, BOOT0: 1, nBOOT1: 1 }, boots: 'system-memory' },
  { when: { nBOOT_SEL: 0, BOOT0: 1, nBOOT1: 0 }, boots: 'sram' },
  { when: { nBOOT_SEL: 1, nBOOT0: 1, FLASH_EMPTY: 1 }, boots: 'system-memory' },
  { when: { nBOOT_SEL: 1, nBOOT0: 1 }, boots: 'main-flash' },
  { when: { nBOOT_SEL: 1, nBOOT0: 0, nBOOT1: 1 }, boots: 'system-memory' },
  { when: { nBOOT_SEL: 1, nBOOT0: 0, nBOOT1: 0 }, boots: 'sram' },
];

/** Pattern 11 of parts with BOOT_LOCK. */
export const BOOT_BY_LOCK_AND_nBOOT_SEL: readonly BootRow[] = [
  { when: { BOOT_LOCK: 1 }, boots: 'main-flash' },
  { when: { BOOT_LOCK: 0, nBOOT_SEL: 0, BOOT0: 0, FLASH_EMPTY: 1 }, boots: 'system-memory' },
  { when: { BOOT_LOCK: 0, nBOOT_SEL: 0, BOOT0: 0 }, boots: 'main-flash' },
  { when: { BOOT_LOCK: 0, nBOOT_SEL: 0, BOOT0: 1, nBOOT1: 1 }, boots: 'system-memory' },
  { when: { BOOT_LOCK: 0, nBOOT_SEL: 0, BOOT0: 1, nBOOT1: 0 }, boots: 'sram' },
  { when: { BOOT_LOCK: 0, nBOOT_SEL: 1, nBOOT0: 1, FLASH_EMPTY: 1 }, boots: 'system-memory' },
  { when: { BOOT_LOCK: 0, nBOOT_SEL: 1, nBOOT0: 1 }, boots: 'main-flash' },
  { when: { BOOT_LOCK: 0, nBOOT_SEL: 1, nBOOT0: 0, nBOOT1: 1 }, boots: 'system-memory' },
  { when: { BOOT_LOCK: 0, nBOOT_SEL: 1, nBOOT0: 0, nBOOT1: 0 }, boots: 'sram' },
];

/** Pattern 16: nSWBOOT0 tells whether the pin or nBOOT0 decides. */
export const BOOT_BY_nSWBOOT0: readonly BootRow[] = [
  { when: { nSWBOOT0: 1, BOOT0: 0, FLASH_EMPTY: 1 }, boots: 'system-memory' },
  { when: { nSWBOOT0: 1, BOOT0: 0 }, boots: 'main-flash' },
  { when: { nSWBOOT0: 1, BOOT0: 1, nBOOT1: 1 }, boots: 'system-memory' },
  { when: { nSWBOOT0: 1, BOOT0: 1, nBOOT1: 0 }, boots: 'sram' },
  { when: { nSWBOOT0: 0, nBOOT0: 1 }, boots: 'main-flash' },
  { when: { nSWBOOT0: 0, nBOOT0: 0, nBOOT1: 1 }, boots: 'system-memory' },
  { when: { nSWBOOT0: 0, nBOOT0: 0, nBOOT1: 0 }, boots: 'sram' },
];

/** Pattern 12: parts with TrustZone. */
export const BOOT_BY_TZEN: readonly BootRow[] = [
  { when: { TZEN: 0, nSWBOOT0: 1, BOOT0: 0 }, boots: { address: 'NSBOOTADD0', unit: 0x80 } },
  { when: { TZEN: 0, nSWBOOT0: 1, BOOT0: 1 }, boots: { address: 'NSBOOTADD1', unit: 0x80 } },
  { when: { TZEN: 0, nSWBOOT0: 0, nBOOT0: 1 }, boots: { address: 'NSBOOTADD0', unit: 0x80 } },
  { when: { TZEN: 0, nSWBOOT0: 0, nBOOT0: 0 }, boots: { address: 'NSBOOTADD1', unit: 0x80 } },
  { when: { TZEN: 1, BOOT_LOCK: 1 }, boots: { address: 'SECBOOTADD0', unit: 0x80 } },
  {
    when: { TZEN: 1, BOOT_LOCK: 0, nSWBOOT0: 1, BOOT0: 0 },
    boots: { address: 'SECBOOTADD0', unit: 0x80 },
  },
  { when: { TZEN: 1, BOOT_LOCK: 0, nSWBOOT0: 1, BOOT0: 1 }, boots: 'rss' },
  {
    when: { TZEN: 1, BOOT_LOCK: 0, nSWBOOT0: 0, nBOOT0: 1 },
    boots: { address: 'SECBOOTADD0', unit: 0x80 },
  },
  { when: { TZEN: 1, BOOT_LOCK: 0, nSWBOOT0: 0, nBOOT0: 0 }, boots: 'rss' },
];
