import { checkXdm } from '../documents/index.ts';
import type { Finding } from '../errors.ts';
import { readIncomingDeposit } from '../transport/index.ts';

const noArchive: Finding = {
  rule: 'MAIL-ARCHIVE',
  severity: 'error',
  path: 'attachments',
  message: "Le message n'a pas de pièce jointe IHE_XDM.zip.",
  messageEn: 'The mail has no IHE_XDM.zip attachment.',
  found: null,
  expected: 'IHE_XDM.zip',
  fix: "Joindre l'archive IHE XDM sous ce nom exact.",
  reference: 'IHE ITI-32 ; volet Échange de documents de santé',
};

const subject: Finding = {
  rule: 'MAIL-SUBJECT',
  severity: 'error',
  path: 'Subject',
  message: "L'objet du message ne commence pas par XDM/1.0/DDM.",
  messageEn: 'The subject does not start with XDM/1.0/DDM.',
  found: null,
  expected: 'XDM/1.0/DDM, seul ou suivi de +',
  fix: "Écrire l'objet étendu : XDM/1.0/DDM+libellé NOM prénom date.",
  reference: 'IHE ITI-32 ; référentiel socle MSSanté n° 2',
};

const noReceipt: Finding = {
  rule: 'MAIL-RECEIPT',
  severity: 'warning',
  path: 'Disposition-Notification-To',
  message: "Le message ne demande pas d'accusé : un refus peut rester inconnu.",
  messageEn: 'The mail asks for no disposition report.',
  found: null,
  expected: "l'adresse de l'expéditeur",
  fix: "Ajouter l'en-tête Disposition-Notification-To.",
  reference: 'RFC 8098, section 2.1',
};

/** What is wrong in a deposit mail: its form, then everything of its archive. */
export async function checkMailFile(bytes: Uint8Array): Promise<readonly Finding[]> {
  const mail = await readIncomingDeposit(bytes);
  const findings: Finding[] = [];
  if (!/^XDM\/1\.0\/DDM(?:\+|$)/.test(mail.subject)) findings.push(subject);
  if (mail.dispositionNotificationTo === null) findings.push(noReceipt);
  if (mail.archive === null) return [...findings, noArchive];
  const { findings: inside } = await checkXdm(mail.archive);
  return [...findings, ...inside.map((finding) => ({ ...finding, path: `IHE_XDM.zip/${finding.path}` }))];
}
