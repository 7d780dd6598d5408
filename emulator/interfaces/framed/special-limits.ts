/** Largest data packets of Special and Extended Special in bytes, in their order (AN3155 §3.14, §3.15). */
export function specialLimits(command: 'special' | 'extended-special'): readonly number[] {
  return command === 'special' ? [128] : [128, 1024];
}
