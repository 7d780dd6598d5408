import { readdirSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

test('inside a dialogue every dialogue is entered with yield*', () => {
  const dialogues = ['emulator/bootloader', 'emulator/interfaces'].flatMap((folder) =>
    readdirSync(resolve(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name}`),
  );
  expect(dialogues.length).toBeGreaterThan(50);
  expect(forgottenYields(dialogues)).toEqual([]);
});

test('the check for a forgotten yield* finds one', () => {
  const source = `function* inner(): Generator<number, number, void> { yield 1; return 2; }
    function* outer(): Generator<number, void, void> { inner(); yield* inner(); return; }`;
  const file = ts.createSourceFile('planted.ts', source, ts.ScriptTarget.ES2023, true);
  const host = ts.createCompilerHost({});
  const program = ts.createProgram(
    ['planted.ts'],
    { target: ts.ScriptTarget.ES2023 },
    {
      ...host,
      getSourceFile: (name, ...rest) =>
        name === 'planted.ts' ? file : host.getSourceFile(name, ...rest),
    },
  );
  expect(forgottenIn(program, file)).toHaveLength(1);
});

function forgottenYields(names: readonly string[]): string[] {
  const config = ts.readConfigFile(resolve(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path))
    .config as {
    compilerOptions: object;
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  const program = ts.createProgram(
    names.map((name) => resolve(ROOT, name)),
    options,
  );
  return names.flatMap((name) => forgottenIn(program, program.getSourceFile(resolve(ROOT, name))!));
}

/** Calls inside generator functions that make a generator and do not run it. */
function forgottenIn(program: ts.Program, file: ts.SourceFile): string[] {
  const checker = program.getTypeChecker();
  const found: string[] = [];
  const visit = (node: ts.Node, inGenerator: boolean): void => {
    const inside = ts.isFunctionLike(node)
      ? 'asteriskToken' in node && node.asteriskToken !== undefined
      : inGenerator;
    if (inside && ts.isCallExpression(node)) {
      const makes = checker.getTypeAtLocation(node).getSymbol()?.name === 'Generator';
      const runs = ts.isYieldExpression(node.parent) && node.parent.asteriskToken !== undefined;
      if (makes && !runs) {
        const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
        found.push(`${relative(ROOT, file.fileName)}:${line + 1} ${node.getText(file)}`);
      }
    }
    ts.forEachChild(node, (child) => visit(child, inside));
  };
  visit(file, false);
  return found;
}
