import type { CdaHeader, HeaderAddress } from '../model/document.ts';
import { readCda, type ReadAttachment, type ReadCda } from '../read/read.ts';
import type { ReadSection } from '../read/sections.ts';
import { escapeHtml, join, tag, type Html } from './html.ts';
import { actorLabel, confidentialityLabels, frenchInterval, frenchTime, fullName, sexLabels } from './labels.ts';
import { renderNarrative } from './narrative.ts';

const style = `body{font-family:sans-serif;line-height:1.5;max-width:60rem;margin:0 auto;padding:1rem;color:#111;background:#fff}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:0}dt{font-weight:bold}dd{margin:0}
table{border-collapse:collapse;margin:.5rem 0}th,td{border:1px solid #555;padding:.25rem .5rem;text-align:left;vertical-align:top}
header,section,footer{margin-bottom:1.5rem}.b{font-weight:bold}.i{font-style:italic}.u{text-decoration:underline}
@media print{body{max-width:none;padding:0}}`;

/** Nothing runs and nothing is loaded, even if a part of the document came through. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

type Pair = readonly [label: string, value: string | null | undefined];

function list(pairs: readonly Pair[]): Html {
  return tag(
    'dl',
    null,
    ...pairs.flatMap(([label, value]) =>
      value ? [tag('dt', null, escapeHtml(label)), tag('dd', null, escapeHtml(value))] : [],
    ),
  );
}

function addressLabel(address: HeaderAddress | null): string {
  if (!address) return '';
  if (address.lines.length > 0) return address.lines.join(', ');
  const { houseNumber, streetNameType, streetName, postalCode, city, country } = address.parts;
  return [
    [houseNumber, streetNameType, streetName].filter(Boolean).join(' '),
    [postalCode, city].filter(Boolean).join(' '),
    country,
  ]
    .filter(Boolean)
    .join(', ');
}

function patientBlock({ patient }: CdaHeader): Html {
  return tag(
    'section',
    { 'aria-labelledby': 'patient' },
    tag('h2', { id: 'patient' }, escapeHtml('Patient')),
    list([
      ['Nom de naissance', patient.birthName],
      ['Nom utilisé', patient.usedName],
      ['Premier prénom de naissance', patient.firstName],
      ['Prénoms de naissance', patient.birthFirstNames],
      ['Prénom utilisé', patient.usedFirstName],
      ['Date de naissance', frenchTime(patient.birthTime)],
      ['Sexe', patient.sex && sexLabels[patient.sex]],
      [
        'Lieu de naissance',
        [patient.birthCity, patient.birthPlace && `code ${patient.birthPlace}`].filter(Boolean).join(', '),
      ],
      ['Matricule INS', patient.ins?.value],
      ['Identifiants locaux', patient.localIds.map(({ value }) => value).join(', ')],
      ['Adresse', addressLabel(patient.address)],
      ['Contacts', patient.telecom.map(({ value }) => value.replace(/^[a-z]+:/, '')).join(', ')],
      [
        'Représentants',
        (patient.guardians ?? [])
          .map(({ name, organization }) => fullName(name) || (organization?.name ?? ''))
          .join(', '),
      ],
    ]),
  );
}

function documentBlock(header: CdaHeader): Html {
  const [act] = header.acts;
  return tag(
    'section',
    { 'aria-labelledby': 'document' },
    tag('h2', { id: 'document' }, escapeHtml('Document')),
    list([
      ['Type', header.type.displayName],
      ['Date', frenchTime(header.effectiveTime)],
      ['Confidentialité', confidentialityLabels[header.confidentiality] ?? header.confidentiality],
      ['Version', header.versionNumber === null ? null : String(header.versionNumber)],
      ...header.authors.map((author, index): Pair => [index === 0 ? 'Auteur' : 'Autre auteur', actorLabel(author)]),
      ['Responsable', header.legalAuthenticator && actorLabel(header.legalAuthenticator)],
      ...header.recipients.map((recipient): Pair => ['Destinataire', actorLabel(recipient)]),
      ...header.participants.map((one): Pair => [
        one.functionCode?.displayName ?? 'Participant',
        actorLabel(one.actor),
      ]),
      ...header.informants.map((one): Pair => [
        'Informateur',
        [actorLabel(one.actor), one.relation?.displayName].filter(Boolean).join(', '),
      ]),
      ['Acte', act && [act.code?.displayName, frenchInterval(act.start, act.stop)].filter(Boolean).join(', ')],
      ['Exécutant', act?.performer && actorLabel(act.performer)],
      [
        'Prise en charge',
        header.encounter &&
          [header.encounter.code?.displayName, header.encounter.facilityType?.displayName].filter(Boolean).join(', '),
      ],
      ['Structure conservatrice', header.custodian.name],
    ]),
  );
}

function sectionBlock(section: ReadSection, level: number): Html {
  return tag(
    'section',
    null,
    section.title === null ? null : tag(`h${Math.min(level, 6)}`, null, escapeHtml(section.title)),
    section.narrative && renderNarrative(section.narrative),
    ...section.sections.map((part) => sectionBlock(part, level + 1)),
  );
}

const mediaLabels: Readonly<Record<string, string>> = {
  'application/pdf': 'document PDF',
  'text/plain': 'texte',
  'image/jpeg': 'image JPEG',
  'image/png': 'image PNG',
};

function attachmentsBlock(attachments: readonly ReadAttachment[]): Html | null {
  if (attachments.length === 0) return null;
  return tag(
    'section',
    { 'aria-labelledby': 'pieces' },
    tag('h2', { id: 'pieces' }, escapeHtml('Contenus joints')),
    tag(
      'ul',
      null,
      ...attachments.map(({ mediaType, content, sectionTitle }) => {
        const size = content === null ? 'illisible' : `${content.byteLength.toLocaleString('fr-FR')} octets`;
        const label = mediaLabels[mediaType ?? ''] ?? mediaType ?? 'contenu';
        return tag('li', null, escapeHtml(`${label}, ${size}${sectionTitle === null ? '' : ` (${sectionTitle})`}`));
      }),
    ),
  );
}

/**
 * A CDA document as one accessible page in French: header, narrative, and the list of what it
 * holds. The page stands alone; it holds no script, no link, no image and no style of the document,
 * and forbids them by its own policy. The PDF of a level 1 is not in the page: read it from the
 * attachments of {@link readCda}.
 *
 * The page shows the patient's identity: treat it like the document.
 *
 * @example
 * ```ts
 * import { buildVsm, renderCda } from 'terr-esante-sdk/documents';
 * import { fictivePatient, fictiveProfessional, fictiveStructure } from 'terr-esante-sdk/testing';
 *
 * const { content } = await buildVsm({
 *   patient: fictivePatient(),
 *   author: { professional: fictiveProfessional(), structure: fictiveStructure(), functionCode: 'PCP' },
 *   patientConsent: true,
 *   content: { allergies: 'none' },
 * });
 * const chunks: Uint8Array[] = [];
 * for await (const chunk of content.open()) chunks.push(chunk);
 * renderCda(Buffer.concat(chunks)).includes('Aucune allergie'); // true
 * ```
 *
 * @throws TerrESanteError as {@link readCda} when bytes are given
 * @group Reading
 */
export function renderCda(input: Uint8Array | ReadCda): string {
  const { header, sections, attachments } = input instanceof Uint8Array ? readCda(input) : input;
  const title = header.title === '' ? 'Document médical' : header.title;
  const page = tag(
    'html',
    { lang: 'fr' },
    tag(
      'head',
      null,
      '<meta charset="utf-8">' as Html,
      `<meta http-equiv="Content-Security-Policy" content="${policy}">` as Html,
      '<meta name="viewport" content="width=device-width, initial-scale=1">' as Html,
      tag('title', null, escapeHtml(title)),
      tag('style', null, style as Html),
    ),
    tag(
      'body',
      null,
      tag('header', null, tag('h1', null, escapeHtml(title))),
      tag(
        'main',
        null,
        patientBlock(header),
        documentBlock(header),
        join(sections.map((part) => sectionBlock(part, 2))),
        attachmentsBlock(attachments),
      ),
    ),
  );
  return `<!DOCTYPE html>\n${page}\n`;
}
