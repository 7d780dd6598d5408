/** Reading what `vstm32 judge --json` wrote, from a program. */
export { ConformanceError, TOOL_VERDICTS } from '../conformance/reports/index.ts';
export type { ToolVerdict } from '../conformance/reports/index.ts';
export { readReport } from './reports/read-report.ts';
export type { Report, ReportedRun, StepReport, ToolReport } from './reports/report.ts';
