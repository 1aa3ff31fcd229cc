import { parseReport, type MailReport } from '../../transport/index.ts';
import { readIncomingDeposit } from '../../transport/mss/incoming.ts';
import { row, type Description, type Row } from './rows.ts';
import { describeXdm } from './xdm.ts';

const reports: Readonly<Record<MailReport['kind'], string>> = {
  dsn: 'avis de remise (DSN)',
  mdn: 'accusé (MDN)',
  'ko-mail': "refus d'intégration ([KO …])",
  bounce: 'retour de courrier non remis',
};

function reportRows(report: MailReport): Row[] {
  return [
    { label: 'Nature', value: reports[report.kind] },
    ...report.messageIds.flatMap((id) => row('Message concerné', id)),
    ...row("Identifiant d'enveloppe", report.envelopeId),
    ...report.recipients.flatMap(({ final, original, verdict, status, code }) =>
      row('Destinataire', [final ?? original, verdict, status, code].filter(Boolean).join(', ')),
    ),
  ];
}

/** A mail: a report on a deposit, or a deposit with its archive. */
export async function describeMail(bytes: Uint8Array): Promise<Description> {
  const report = await parseReport(bytes);
  const mail = await readIncomingDeposit(bytes);

  const archive = mail.archive && (await describeXdm(mail.archive));
  const { messageId, subject, from, dispositionNotificationTo, otherParts } = mail;

  return {
    rows: [
      ...row('Objet', subject),
      ...row('De', from && [from.name, from.address].filter(Boolean).join(' ')),
      ...row('Message-ID', messageId),
      ...row('Accusé demandé par', dispositionNotificationTo),
      ...(report ? [{ label: 'Rapport', rows: reportRows(report) }] : []),
      ...row('Autres parties', otherParts.join(', ')),
      archive
        ? { label: `IHE_XDM.zip (${String(mail.archive.byteLength)} octets)`, rows: archive.rows }
        : { label: 'IHE_XDM.zip', value: 'absent' },
    ],
    data: {
      messageId,
      subject,
      from,
      dispositionNotificationTo,
      otherParts,
      report,
      archive: archive?.data ?? null,
    },
  };
}
