import { identify } from '../run/identify.ts';
import { reachOf } from '../boards/script-reach.ts';
import { partByName } from '../part/part-by-name.ts';
import { shownPages } from '../part/part.ts';
import type { Part } from '../part/part.ts';
import { isUnexpected } from '../reports/verdict.ts';
import { caseName, casesOf, isCaseOf, runCase } from '../run/run.ts';
import type { Scenario } from '../run/scenario.ts';
import type { Script } from '../run/script.ts';
import type { Channel, SetUp } from '../run/target.ts';
import { marked } from '../scenarios/kit/inputs.ts';
import { EmulatedTarget } from '../targets/emulated.ts';

/** A chip whose pages hold something where a script does not say what, as those of a board mostly do. */
class ChipWithContent extends EmulatedTarget {
  override boot(setUp: SetUp, script: Script = { steps: [] }): Promise<Channel> {
    const { writes } = reachOf(script, this.part);
    const { flash = [] } = setUp;
    const taken = [
      ...writes, // what is written to is blank before, on boards too
      ...flash.map(({ address, bytes }) => ({ start: address, end: address + bytes.length })),
    ];
    const pages = shownPages(this.part).filter((page) =>
      taken.every(({ start, end }) => end <= page.start || start >= page.end),
    );
    return super.boot({ ...setUp, flash: [...marked(this.part, pages), ...flash] });
  }
}

/** What does not pass of these scenarios on a part whose pages hold something. */
export async function unexpectedOf(
  device: string,
  over: Part['interface'],
  asked: readonly Scenario[],
): Promise<readonly string[]> {
  const chip = new ChipWithContent(partByName(device, { interface: over }));
  await identify(chip);
  const unexpected: string[] = [];
  for (const each of casesOf(asked).filter((one) => isCaseOf(one, over))) {
    const done = await runCase(chip, each, { seed: 1, inputs: 1, allow: 'options' });
    if (!isUnexpected(done.verdict)) continue;
    unexpected.push(`${caseName(done)}: ${done.answered.says} ${done.left.says}`);
  }
  return unexpected;
}
