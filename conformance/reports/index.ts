/**
 * The one room of reports: verdicts, baselines, and every form of what `conform`, `judge` and `fuzz` found.
 * This is what host-under-test may import of the examiner.
 */
export { isExpected, baselineOf, withoutReason } from './baseline.ts';
export type { Baseline } from './baseline.ts';
export { ConformanceError } from '../errors.ts';
export { made, madeNow } from './made.ts';
export type { PerhapsMade } from './made.ts';
export { troubleCell } from './matrix.ts';
export type { Cell, Matrix, Rule, Subject } from './matrix.ts';
export { memoryDiffers, memoryRows } from './memory.ts';
export type { MemoryDiffers } from './memory.ts';
export { parsedAs } from './parsed-as.ts';
export { readText } from './read-text.ts';
export { TOOL_VERDICTS, countVerdicts, isToolFinding } from './verdict.ts';
export type { ToolVerdict } from './verdict.ts';
export { checkReportFiles, toStandardOutput, writeReports } from './write.ts';
export type { ReportFiles } from './write.ts';
