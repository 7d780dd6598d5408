import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { EmulatorError } from '../../errors.ts';
import { findTool } from './find-tool.ts';

/** Instead of the preload library, what a tool can use that it does not reach. */
const INSTEAD =
  'or start vstm32 run and give the tool its port, set to 8N1 (a pty has no parity, DTR and RTS)';

/** ELF, and the fields in which a program and a library must agree: class, data, version; then machine. */
const ELF = { magic: '\x7fELF', ident: [4, 7], machine: [18, 20] } as const;
const PT_INTERP = 3;
/** env(1) starts python3, python3 is a script of some version manager, …: more is a loop. */
const MOST_INTERPRETERS = 5;

/** Refuses a program that the preload library would not be loaded into. @throws EmulatorError */
export function checkTool(path: string, library: string, searchPath?: string): void {
  for (let file = path, depth = 0; depth < MOST_INTERPRETERS; depth++) {
    refusePrivileged(file);
    const next = interpreterOf(file, searchPath);
    if (next === undefined) return refuseForeign(file, library);
    file = next;
  }
}

/** The program that runs the script `file`; undefined when it is no script, or names nothing there is. */
function interpreterOf(file: string, searchPath: string | undefined): string | undefined {
  const [first] = head(file, 256).toString('latin1').split('\n');
  const [, interpreter, argument] = /^#!\s*(\S+)\s*(\S*)/.exec(first!) ?? [];
  if (interpreter === undefined) return undefined;
  const named = interpreter.endsWith('/env') && argument !== '' ? argument! : interpreter;
  const found = findTool(named, searchPath);
  return typeof found === 'string' ? found : undefined;
}

/** ld.so(8): preloading is off in a program that gains rights as it starts. */
function refusePrivileged(file: string): void {
  const { mode, uid, gid } = statSync(file);
  const gains =
    ((mode & 0o4000) !== 0 && uid !== process.getuid?.()) ||
    ((mode & 0o2000) !== 0 && gid !== process.getgid?.());
  if (!gains) return;
  throw new EmulatorError(
    `${file} is set-uid or set-gid, so no library can be preloaded: run a copy without it (cp ${file} .), ${INSTEAD}`,
    { exitCode: 3 },
  );
}

function refuseForeign(file: string, library: string): void {
  const program = head(file, 64 * 1024);
  if (program.toString('latin1', 0, 4) !== ELF.magic) return; // execve(2) will say what it is
  const ours = head(library, 64);
  const [identity, machine] = [ELF.ident, ELF.machine].map(
    ([start, end]) => program.compare(ours, start, end, start, end) === 0,
  );
  if (!identity || !machine) {
    throw new EmulatorError(
      `${file} is built for another processor than the preload library: set CC to a compiler for it, ${INSTEAD}`,
      { exitCode: 3 },
    );
  }
  const linker = dynamicLinker(program);
  if (linker === undefined) {
    throw new EmulatorError(
      `${file} is statically linked, so no library can be preloaded: use a dynamically linked build of it, ${INSTEAD}`,
      { exitCode: 3 },
    );
  }
  const [its, libraryOf] = [
    cLibrary(linker.includes('musl')),
    cLibrary(!readFileSync(library).includes('GLIBC_')),
  ];
  if (its === libraryOf) return;
  throw new EmulatorError(
    `${file} is linked with ${its} and the preload library with ${libraryOf}, so it cannot be preloaded: set CC to a compiler for ${its}, ${INSTEAD}`,
    { exitCode: 3 },
  );
}

function cLibrary(isMusl: boolean): string {
  return isMusl ? 'musl' : 'glibc';
}

/** The dynamic linker that a program names among its headers; all of them are little-endian here. */
function dynamicLinker(program: Buffer): string | undefined {
  const is64 = program[4] === 2;
  const start = is64 ? Number(program.readBigUInt64LE(32)) : program.readUInt32LE(28);
  const size = program.readUInt16LE(is64 ? 54 : 42);
  const count = program.readUInt16LE(is64 ? 56 : 44);
  for (let at = start; at < start + count * size && at + size <= program.length; at += size) {
    if (program.readUInt32LE(at) !== PT_INTERP) continue;
    const offset = is64 ? Number(program.readBigUInt64LE(at + 8)) : program.readUInt32LE(at + 4);
    return program.toString('latin1', offset, program.indexOf(0, offset));
  }
  return undefined;
}

/** The first `length` bytes of a file, or all of it; none of one that may be executed but not read. */
function head(file: string, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch {
    return buffer.subarray(0, 0);
  }
  try {
    return buffer.subarray(0, readSync(fd, buffer));
  } finally {
    closeSync(fd);
  }
}
