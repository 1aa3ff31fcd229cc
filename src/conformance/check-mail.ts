import { checkXdm } from '../documents/index.ts';
import { TerrESanteError, type Finding } from '../errors.ts';
import { finding } from '../internal/finding.ts';
import { encodingOf } from '../internal/text.ts';
import { readIncomingDeposit } from '../transport/mss/incoming.ts';
import { mailRules } from './rules/mail.ts';

/** What is wrong in a deposit mail: its form, then everything of its archive. */
export async function checkMailFile(bytes: Uint8Array): Promise<readonly Finding[]> {
  // Its bytes are not those of the message any more: a shell wrote them again.
  if (encodingOf(bytes) !== 'utf-8') {
    throw new TerrESanteError(
      'TE_INPUT_INVALID',
      "Ce message a été réécrit en UTF-16 (par exemple par « > » de PowerShell) : contrôlez le fichier d'origine.",
    );
  }

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
