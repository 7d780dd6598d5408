import type { BusStep } from './steps.ts';

/**
 * Selects what passes a port by the step of the protocol in which the host sent last, every step where none
 * is named; counted from 1 for each fault on its own.
 */
export interface Selected<At extends string, Step = BusStep> {
  readonly at: At;
  readonly step?: Step;
  readonly nth: number;
  /** The nth and every one after it. */
  readonly on?: true;
}

/** One of these things happens, and there is nothing more to say of it. */
export interface Does<What extends string> {
  readonly do: What;
}

/** Flips these bits of one byte, from 0. */
export interface Corrupts extends Does<'corrupt'> {
  readonly byte: number | 'last';
  readonly value: number;
}

/** These bytes come in its place. */
export interface Replaces extends Does<'replace'> {
  readonly bytes: readonly number[];
}

/** It is late by so many ms of wall time, and what is behind it too. */
export interface Delays extends Does<'delay'> {
  readonly ms: number;
}
