import type { CdaHeader, HeaderAddress, HeaderPatient } from '../model/document.ts';
import { readCda, type ReadAttachment, type ReadCda } from '../read/read.ts';
import type { ReadSection } from '../read/sections.ts';
import { escapeHtml, join, tag, type Html } from './html.ts';
import { actorLabel, confidentialityLabels, frenchInterval, frenchTime, fullName, sexLabels } from './labels.ts';
import { renderNarrative } from './narrative.ts';
import { reading } from '../../internal/border.ts';

const style = `body{font-family:sans-serif;line-height:1.5;max-width:60rem;margin:0 auto;padding:1rem;color:#111;background:#fff}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:0}dt{font-weight:bold}dd{margin:0}
table{border-collapse:collapse;margin:.5rem 0}th,td{border:1px solid #555;padding:.25rem .5rem;text-align:left;vertical-align:top}
header,section,footer{margin-bottom:1.5rem}.b{font-weight:bold}.i{font-style:italic}.u{text-decoration:underline}
@media (max-width:30rem){dl{grid-template-columns:1fr}dd{margin-bottom:.5rem;overflow-wrap:anywhere}}
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

/** What there is of a list of labels, with commas. */
function listed(labels: readonly (string | null | undefined)[]): string {
  return labels.filter(Boolean).join(', ');
}

function addressLabel(address: HeaderAddress | null): string {
  if (!address) return '';
  if (address.lines.length > 0) return address.lines.join(', ');

  const { houseNumber, streetNameType, streetName, postalCode, city, country } = address.parts;
  const street = [houseNumber, streetNameType, streetName].filter(Boolean).join(' ');
  const town = [postalCode, city].filter(Boolean).join(' ');
  return listed([street, town, country]);
}

function block(id: string, title: string, content: Html): Html {
  return tag('section', { 'aria-labelledby': id }, tag('h2', { id }, escapeHtml(title)), content);
}

function identityPairs(patient: HeaderPatient): readonly Pair[] {
  const birthPlaceCode = patient.birthPlace === null ? null : `code ${patient.birthPlace}`;

  return [
    ['Nom de naissance', patient.birthName],
    ['Nom utilisé', patient.usedName],
    ['Premier prénom de naissance', patient.firstName],
    ['Prénoms de naissance', patient.birthFirstNames],
    ['Prénom utilisé', patient.usedFirstName],
    ['Autres noms écrits', listed((patient.otherNames ?? []).map(({ text }) => text))],
    ['Date de naissance', frenchTime(patient.birthTime)],
    ['Sexe', patient.sex && sexLabels[patient.sex]],
    ['Lieu de naissance', listed([patient.birthCity, birthPlaceCode])],
    ['Matricule INS', patient.ins?.value],
    ['Identifiants locaux', listed(patient.localIds.map(({ value }) => value))],
  ];
}

function contactPairs(patient: HeaderPatient): readonly Pair[] {
  const contacts = patient.telecom.map(({ value }) => value.replace(/^[a-z]+:/, ''));
  const guardians = (patient.guardians ?? []).map(({ name, organization }) => fullName(name) || organization?.name);
  return [
    ['Adresse', addressLabel(patient.address)],
    ['Contacts', contacts.join(', ')],
    ['Représentants', listed(guardians)],
  ];
}

function patientBlock({ patient }: CdaHeader): Html {
  return block('patient', 'Patient', list([...identityPairs(patient), ...contactPairs(patient)]));
}

function peoplePairs(header: CdaHeader): readonly Pair[] {
  const [author, ...otherAuthors] = header.authors;

  return [
    ['Auteur', author && actorLabel(author)],
    ...otherAuthors.map((other): Pair => ['Autre auteur', actorLabel(other)]),
    ['Responsable', header.legalAuthenticator && actorLabel(header.legalAuthenticator)],
    ...header.recipients.map((recipient): Pair => ['Destinataire', actorLabel(recipient)]),
    ...header.participants.map(({ functionCode, actor }): Pair => [
      functionCode?.displayName ?? 'Participant',
      actorLabel(actor),
    ]),
    ...header.informants.map(({ actor, relation }): Pair => [
      'Informateur',
      listed([actorLabel(actor), relation?.displayName]),
    ]),
  ];
}

function carePairs({ acts, encounter, custodian }: CdaHeader): readonly Pair[] {
  const [act] = acts;
  return [
    ['Acte', act && listed([act.code?.displayName, frenchInterval(act.start, act.stop)])],
    ['Exécutant', act?.performer && actorLabel(act.performer)],
    ['Prise en charge', encounter && listed([encounter.code?.displayName, encounter.facilityType?.displayName])],
    ['Structure conservatrice', custodian.name],
  ];
}

function levelLabel(level: string | null): string | null {
  return level === null ? null : (confidentialityLabels[level] ?? level);
}

function documentBlock(header: CdaHeader): Html {
  const pairs: readonly Pair[] = [
    ['Type', header.type?.displayName],
    ['Date', frenchTime(header.effectiveTime)],
    ['Confidentialité', levelLabel(header.confidentiality)],
    ['Version', header.versionNumber === null ? null : String(header.versionNumber)],
  ];
  return block('document', 'Document', list([...pairs, ...peoplePairs(header), ...carePairs(header)]));
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

function attachmentItem({ mediaType, content, sectionTitle }: ReadAttachment): Html {
  const size = content === null ? 'illisible' : `${content.byteLength.toLocaleString('fr-FR')} octets`;
  const label = mediaType === null ? 'contenu' : (mediaLabels[mediaType] ?? mediaType);
  const place = sectionTitle === null ? '' : ` (${sectionTitle})`;
  return tag('li', null, escapeHtml(`${label}, ${size}${place}`));
}

function attachmentsBlock(attachments: readonly ReadAttachment[]): Html | null {
  if (attachments.length === 0) return null;

  return block('pieces', 'Contenus joints', tag('ul', null, ...attachments.map(attachmentItem)));
}

function headOf(title: string): Html {
  return tag(
    'head',
    null,
    '<meta charset="utf-8">' as Html,
    `<meta http-equiv="Content-Security-Policy" content="${policy}">` as Html,
    '<meta name="viewport" content="width=device-width, initial-scale=1">' as Html,
    tag('title', null, escapeHtml(title)),
    tag('style', null, style as Html),
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
 *   author: {
 *     professional: fictiveProfessional(),
 *     structure: fictiveStructure(),
 *     functionCode: 'PCP',
 *   },
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
  return reading('input', () => page(input));
}

function page(input: Uint8Array | ReadCda): string {
  const { header, sections, attachments } = input instanceof Uint8Array ? readCda(input) : input;
  const title = header.title ?? 'Document médical';

  const main = tag(
    'main',
    null,
    patientBlock(header),
    documentBlock(header),
    join(sections.map((part) => sectionBlock(part, 2))),
    attachmentsBlock(attachments),
  );
  const body = tag('body', null, tag('header', null, tag('h1', null, escapeHtml(title))), main);
  const page = tag('html', { lang: 'fr' }, headOf(title), body);

  return `<!DOCTYPE html>\n${page}\n`;
}
