import { createHash } from 'node:crypto';
import { readCdaSource, type ByteSource, type CdaHeader, type ReadCda } from '../../documents/index.ts';
import { isTerrESanteError } from '../../errors.ts';
import { group, row, type Description, type Row } from './rows.ts';

type Code = CdaHeader['type'];

export const codeText = (code: Code | null): string | null =>
  code && `${code.code} ${code.displayName}`.trim() + (code.codeSystem === '' ? '' : ` (${code.codeSystem})`);

const hl7Time =
  /^(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)(?:(?<hour>\d\d)(?<minute>\d\d)(?<second>\d\d)?)?(?<zone>[+-]\d{4})?$/;

/** An HL7 date-time as it reads in France; unchanged when it is something else. */
export function timeText(value: string | null): string | null {
  const parts = value === null ? undefined : hl7Time.exec(value)?.groups;
  if (!parts) return value;

  const { year, month, day, hour, minute, second, zone } = parts;
  const date = [day, month, year].join('/');
  if (hour === undefined) return date;
  return `${date} ${[hour, minute, second].filter(Boolean).join(':')}${zone === undefined ? '' : zone}`;
}

const interval = (start: string | null, stop: string | null): string | null =>
  start === null && stop === null ? null : `${timeText(start) ?? '?'} – ${timeText(stop) ?? '…'}`;

const idText = (id: { system: string; value: string } | null): string | null => id && `${id.value} (${id.system})`;

function organizationText(organization: CdaHeader['custodian'] | null): string | null {
  if (!organization) return null;
  return [organization.name, organization.id?.value].filter(Boolean).join(', ') || null;
}

function actorText(actor: CdaHeader['legalAuthenticator']): string | null {
  if (!actor) return null;

  const { name, device } = actor;
  const who = device
    ? `${device.software} (${device.model})`
    : [name?.prefix, name?.suffix, name?.given, name?.family].filter(Boolean).join(' ');

  const parts = [
    who,
    actor.id?.value,
    actor.specialty?.displayName,
    actor.functionCode?.displayName,
    organizationText(actor.organization),
  ];
  return parts.filter(Boolean).join(', ') || null;
}

export function patientRows(patient: CdaHeader['patient']): Row[] {
  return [
    ...row('INS', patient.ins && `${patient.ins.value} (${patient.ins.oid})`),
    ...patient.localIds.flatMap((id) => row('Identifiant local', idText(id))),
    ...row('Nom de naissance', patient.birthName),
    ...row('Prénoms de naissance', patient.birthFirstNames),
    ...row('Premier prénom', patient.firstName),
    ...row('Nom utilisé', patient.usedName),
    ...row('Prénom utilisé', patient.usedFirstName),
    ...row('Sexe', patient.sex),
    ...row('Né(e) le', timeText(patient.birthTime)),
    ...row('Lieu de naissance', [patient.birthPlace, patient.birthCity].filter(Boolean).join(' ')),
  ];
}

export function headerRows(header: CdaHeader): Row[] {
  return [...identityRows(header), ...group('Patient', patientRows(header.patient)), ...partRows(header)];
}

/** What the document is. */
function identityRows(header: CdaHeader): Row[] {
  return [
    ...row('Titre', header.title),
    ...row('Type', codeText(header.type)),
    ...row('Identifiant', header.uniqueId),
    ...row('Lot de versions', header.setId),
    ...row('Version', header.versionNumber),
    ...row('Remplace', header.replaces),
    ...row('Date', timeText(header.effectiveTime)),
    ...row('Confidentialité', header.confidentiality),
    ...row('Langue', header.languageCode),
    ...row('Modèles', header.templateIds.map(({ root }) => root).join(', ')),
  ];
}

/** Who takes part, and in what act. */
function partRows(header: CdaHeader): Row[] {
  const { encounter } = header;

  return [
    ...header.authors.flatMap((author) => row('Auteur', actorText(author))),
    ...row('Responsable', actorText(header.legalAuthenticator)),
    ...row('Conservé par', organizationText(header.custodian)),
    ...header.recipients.flatMap((recipient) => row('Destinataire', actorText(recipient))),
    ...header.informants.flatMap(({ actor, classCode }) =>
      row(['Informateur', classCode].filter(Boolean).join(' '), actorText(actor)),
    ),
    ...header.participants.flatMap(({ actor, typeCode }) => row(`Participant ${typeCode}`, actorText(actor))),
    ...header.acts.flatMap((act) =>
      row(
        'Acte',
        [codeText(act.code), interval(act.start, act.stop), actorText(act.performer)].filter(Boolean).join(', '),
      ),
    ),
    ...row(
      'Prise en charge',
      encounter &&
        [codeText(encounter.code), interval(encounter.start, encounter.stop), codeText(encounter.facilityType)]
          .filter(Boolean)
          .join(', '),
    ),
  ];
}

function sectionRows({ title, code, text, entryCount, sections }: ReadCda['sections'][number]): Row {
  const entries = entryCount > 0 ? ` [${String(entryCount)} entrée(s)]` : '';
  return {
    label: `${title ?? codeText(code) ?? 'Section sans titre'}${entries}`,
    rows: [...row('Texte', text), ...sections.map(sectionRows)],
  };
}

/** An attachment as it is printed: what it is, its size and its digest. */
interface AttachmentView {
  readonly where: string;
  readonly sectionTitle: string | null;
  readonly mediaType: string | null;
  /** `null`: the base64 cannot be read. */
  readonly bytes: number | null;
  readonly sha256: string | null;
}

async function attachmentView({
  where,
  sectionTitle,
  mediaType,
  content,
}: ReadCda['attachments'][number]): Promise<AttachmentView> {
  const base = { where, sectionTitle, mediaType };
  if (content === null) return { ...base, bytes: null, sha256: null };

  const hash = createHash('sha256');
  let bytes = 0;

  try {
    for await (const chunk of content.open()) {
      hash.update(chunk);
      bytes += chunk.length;
    }
  } catch (error) {
    if (!isTerrESanteError(error)) throw error;
    return { ...base, bytes: null, sha256: null };
  }
  return { ...base, bytes, sha256: hash.digest('hex') };
}

function attachmentText({ mediaType, bytes, sha256 }: AttachmentView): string {
  const kind = mediaType ?? 'nature inconnue';
  return bytes === null || sha256 === null
    ? `${kind}, base64 illisible`
    : `${kind}, ${String(bytes)} octets, SHA-256 ${sha256}`;
}

async function describe({ header, envelope, sections, attachments }: ReadCda): Promise<Description> {
  const views = await Promise.all(attachments.map(attachmentView));
  return {
    rows: [
      ...headerRows(header),
      ...(sections.length > 0 ? [{ label: 'Sections', rows: sections.map(sectionRows) }] : []),
      ...views.map((view) => ({
        label: view.sectionTitle === null ? 'Contenu' : `Contenu de « ${view.sectionTitle} »`,
        value: attachmentText(view),
      })),
    ],
    data: { header, envelope, sections, attachments: views },
  };
}

/** A CDA document: header, sections, attachments. */
export async function describeCda(source: ByteSource): Promise<Description> {
  return describe(await readCdaSource(source));
}
