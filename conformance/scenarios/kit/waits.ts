import type { Step } from '../../run/script.ts';

/** ms for which a host that breaks off is silent: longer than the time-outs that bootloaders have on I2C (AN2606). */
const SILENT_MS = 2_500;

/** A step that nothing answers, however long the host waits. */
export function unanswered(step: Step): Step {
  return { ...step, replies: [{ bytes: [] }], withinMs: SILENT_MS };
}

/** A host that sends nothing for a while, and hears nothing. */
export function silence(): Step {
  return unanswered({ name: 'nothing for a while', send: [], replies: [] });
}
