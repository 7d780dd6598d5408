import type { ExecArguments } from './exec.ts';
export async function execTool(_argv: ExecArguments): Promise<number> {
  throw new Error('soon');
}
