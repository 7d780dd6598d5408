#!/usr/bin/env node
// Nothing is imported before this check: an older Node fails somewhere within what is imported, in words of its own.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `vstm32 needs Node 20.19 or newer, and this is ${process.version}: install it from https://nodejs.org, or with nvm install 22`,
  );
  process.exitCode = process.argv[2] === 'exec' ? 125 : 3;
} else {
  const [emulator, conformance, hostUnderTest] = await Promise.all([
    import('./emulator/cli/index.ts'),
    import('./conformance/cli/index.ts'),
    import('./host-under-test/cli/index.ts'),
  ]);
  await emulator.runProgram(process.argv.slice(2), [
    ...emulator.commands,
    ...conformance.commands,
    ...hostUnderTest.commands,
  ]);
}

export {};
