import { join } from 'node:path';
import type { ConformanceReport } from '../../conformance/index.ts';
import { htmlOf, junitOf, sarifOf } from '../../conformance/kit.ts';
import { leaveFile, outputFolder } from '../options.ts';

/** The day as a person in France writes it. */
const today = (): string => new Date().toLocaleDateString('fr-FR', { timeZone: 'Europe/Paris' });

/** One report in each of its forms. */
export const forms = {
  json: { file: 'report.json', write: (report: ConformanceReport) => `${JSON.stringify(report, null, 2)}\n` },
  junit: { file: 'junit.xml', write: junitOf },
  sarif: { file: 'report.sarif', write: sarifOf },
  html: { file: 'rapport.html', write: (report: ConformanceReport) => htmlOf(report, today()) },
} as const;

/** Leaves every form of a report in a folder. */
export async function leaveReports(report: ConformanceReport, path: string): Promise<void> {
  const folder = await outputFolder(path);
  for (const { file, write } of Object.values(forms)) await leaveFile(join(folder, file), write(report));
}
