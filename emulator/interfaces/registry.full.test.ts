import ts from 'typescript';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const FILE = resolve(import.meta.dirname, 'registry.ts');

/** What does not change from one program to the next. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/** What tsc says of the registry when its text is changed. */
function complaints(change: (text: string) => string): readonly string[] {
  const root = resolve(import.meta.dirname, '../..');
  const config = ts.readConfigFile(resolve(root, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.convertCompilerOptionsFromJson(
    (config.config as { compilerOptions: object }).compilerOptions,
    root,
  );
  const host = ts.createCompilerHost(options);
  const readFile = host.readFile.bind(host);
  host.readFile = (path) => (path === FILE ? change(readFile(path)!) : readFile(path));
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (path, version) => {
    if (path === FILE) return ts.createSourceFile(path, host.readFile(path)!, version);
    if (!parsed.has(path)) parsed.set(path, getSourceFile(path, version));
    return parsed.get(path);
  };
  const program = ts.createProgram([FILE], options, host);
  return ts
    .getPreEmitDiagnostics(program, program.getSourceFile(FILE))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

test('tsc takes the registry as it is, and refuses an interface without its room, its port or its listener', () => {
  expect(complaints((text) => text)).toEqual([]);
  expect(complaints((text) => text.replace('  SPI: spi,\n', ''))).toContainEqual(
    expect.stringContaining("Property 'SPI' is missing"),
  );
  expect(complaints((text) => text.replace('  readonly SPI: SpiPort;\n', ''))).toContain(
    "Type 'Name' cannot be used to index type 'PortOf'.",
  );
  expect(
    complaints((text) => text.replace('SPI: spi', 'SPI: { ...spi, listen: undefined }')),
  ).not.toEqual([]);
});
