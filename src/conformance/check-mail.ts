import { checkXdm } from '../documents/index.ts';
import type { Finding } from '../errors.ts';
import { finding } from '../internal/finding.ts';
import { parseReport } from '../transport/index.ts';
import { readIncomingDeposit } from '../transport/mss/incoming.ts';
import { refuseRewrittenMail } from './detect.ts';
import { mailRules } from './rules/mail.ts';

/**
 * What is wrong in a deposit mail: its form, then everything of its archive. A report on a deposit
 * is told as such.
 */
export async function checkMailFile(bytes: Uint8Array): Promise<readonly Finding[]> {
  refuseRewrittenMail(bytes);

  // An answer to a deposit is no deposit that fails.
  if ((await parseReport(bytes)) !== null) return [finding(mailRules, 'MAIL-REPORT', { path: 'Content-Type' })];

  const mail = await readIncomingDeposit(bytes);
  const findings: Finding[] = [];

  if (!/^XDM\/1\.0\/DDM(?:\+|$)/.test(mail.subject)) {
    findings.push(finding(mailRules, 'MAIL-SUBJECT', { path: 'Subject' }));
  }
  if (mail.dispositionNotificationTo === null) {
    findings.push(finding(mailRules, 'MAIL-RECEIPT', { path: 'Disposition-Notification-To' }));
  }
  if (mail.archive === null) return [...findings, finding(mailRules, 'MAIL-ARCHIVE', { path: 'attachments' })];

  const archive = await checkXdm(mail.archive);
  return [...findings, ...archive.findings.map((inside) => ({ ...inside, path: `IHE_XDM.zip/${inside.path}` }))];
}
