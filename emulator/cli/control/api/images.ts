import type { Segment } from '../../../board/segments.ts';
import type { Cells } from '../../../chip/cells.ts';
import { EmulatorError } from '../../../errors.ts';
import { segmentsOf } from '../../images/load-images.ts';
import { hexOf } from '../../images/save-image.ts';

/** What an image holds, told by its content; mere bytes go to `start`. @throws EmulatorError with what is wrong */
export function imageSegments(content: Uint8Array, start: number): readonly Segment[] {
  if (content.length === 0) throw new EmulatorError('the image is empty');
  const bytes = Buffer.from(content);
  return segmentsOf('the image', 'image.bin', bytes, true) ?? [{ address: start, bytes }];
}

/** What main flash holds but for what is erased, as Intel HEX. */
export async function hexImage(cells: Cells): Promise<string> {
  return await hexOf([cells]);
}
