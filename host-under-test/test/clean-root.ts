import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** Where the files of the test are in the clean root, and where the steps begin. */
const HOME = '/tool';

/** Commands that are run one after the other, each by a shell of its own. */
export interface Recipe {
  /** Files in the folder in which the steps run, by their paths. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Each is given to the shell as a file; the first that fails ends the recipe. */
  readonly steps: readonly string[];
  readonly shell: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A recipe's exit code, 0 where every step had that, and what all of them printed. */
export interface Cooked {
  readonly code: number | null;
  readonly output: string;
}

/** Namespaces and an overlay over this machine's own root: what is done in it is gone afterwards. */
const SET_UP = `set -e
root=$1/root; shift
mount -t tmpfs tmpfs "$root"
mkdir "$root/upper" "$root/work" "$root/merged"
mount -t overlay overlay -o "lowerdir=/,upperdir=$root/upper,workdir=$root/work" "$root/merged"
mount -t proc proc "$root/merged/proc"
mount --rbind /dev "$root/merged/dev"
for file in hosts resolv.conf; do cp --remove-destination "/etc/$file" "$root/merged/etc/$file"; done
cp -r "$root/../tool" "$root/merged${HOME}"
cp -r "$root/../steps" "$root/merged/steps"
# what the machines that recipes are written for have
printf '#!/bin/sh\\nexec "$@"\\n' >"$root/merged/usr/local/bin/sudo"; chmod +x "$root/merged/usr/local/bin/sudo"
for step; do
  chroot "$root/merged" /bin/sh -c 'cd ${HOME} && exec $0 "$1" 2>&1' "$SHELL_OF_STEPS" "/steps/$step"
done
`;
const ISOLATED = ['--mount', '--pid', '--fork', '--kill-child=KILL'];

/** This user may make a root of his own. */
export function canMakeRoot(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const folder = prepared({ files: {}, steps: [], shell: 'sh', env: {} });
  try {
    return spawnSync('unshare', [...ISOLATED, 'sh', '-c', SET_UP, 'sh', folder]).status === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs a recipe as root in a root that is thrown away. */
export async function cook(recipe: Recipe): Promise<Cooked> {
  const folder = prepared(recipe);
  try {
    const names = recipe.steps.map((_, index) => `step${index}`);
    const child = spawn('unshare', [...ISOLATED, 'sh', '-c', SET_UP, 'sh', folder, ...names], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...recipe.env, SHELL_OF_STEPS: recipe.shell },
    });
    const [output, errors, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<[number | null]>,
    ]);
    return { code, output: output + errors };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function prepared({ files, steps }: Recipe): string {
  const folder = mkdtempSync(join(tmpdir(), 'vstm32-root-'));
  for (const name of ['root', 'tool', 'steps']) mkdirSync(join(folder, name));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, 'tool', name), content, { mode: 0o755 });
  }
  for (const [index, step] of steps.entries()) {
    writeFileSync(join(folder, 'steps', `step${index}`), `${step}\n`);
  }
  return folder;
}
