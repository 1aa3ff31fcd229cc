import { readMetadata, type DocumentEntry, type RegistryObjects, type XdsAuthor } from '../../documents/index.ts';
import { codeText, timeText } from './cda.ts';
import { group, row, type Description, type Row } from './rows.ts';

const authorText = ({ person, institution, otherInstitutions = [], roles, telecoms = [] }: XdsAuthor): string =>
  [
    [person.given, person.family].filter(Boolean).join(' '),
    person.id,
    ...roles,
    ...[institution, ...otherInstitutions].map((place) => place && [place.name, place.id].filter(Boolean).join(' ')),
    ...telecoms,
  ]
    .filter(Boolean)
    .join(', ');

export function entryRows(entry: DocumentEntry): Row[] {
  return [...entryCodes(entry), ...entryParts(entry)];
}

/** What the document is. */
function entryCodes(entry: DocumentEntry): Row[] {
  return [
    ...row('Titre', entry.title),
    ...row('Type', codeText(entry.typeCode)),
    ...row('Classe', codeText(entry.classCode)),
    ...row('Format', codeText(entry.formatCode)),
    ...row('Nature', entry.mimeType),
    ...row('Identifiant', entry.uniqueId),
    ...row('État', entry.availabilityStatus),
    ...row('Créé le (UTC)', timeText(entry.creationTime)),
    ...row(
      'Acte (UTC)',
      [timeText(entry.serviceStartTime), timeText(entry.serviceStopTime)].filter(Boolean).join(' – '),
    ),
    ...entry.confidentialityCodes.flatMap((code) => row('Confidentialité', codeText(code))),
    ...row("Secteur d'activité", codeText(entry.healthcareFacilityTypeCode)),
    ...row("Cadre d'exercice", codeText(entry.practiceSettingCode)),
    ...entry.eventCodes.flatMap((code) => row('Acte ou pathologie', codeText(code))),
  ];
}

/** Who made it, for whom, and the file. */
function entryParts(entry: DocumentEntry): Row[] {
  return [
    ...entry.authors.flatMap((author) => row('Auteur', authorText(author))),
    ...row(
      'Responsable',
      entry.legalAuthenticator &&
        authorText({ person: entry.legalAuthenticator, institution: null, roles: [], specialties: [] }),
    ),
    ...row('Patient', entry.patientId),
    ...row("Patient chez l'émetteur", entry.sourcePatientId),
    ...entry.sourcePatientInfo.flatMap((value) => row('Trait', value)),
    ...row('Fichier', entry.uri),
    ...row('Taille annoncée', entry.size),
    ...row('SHA-1 annoncé', entry.hash),
    ...entry.referenceIds.flatMap(({ id, type }) => row('Référence', `${id} ${type}`)),
    ...row('Commentaire', entry.comments),
  ];
}

function submissionRows(set: RegistryObjects['submissionSets'][number]): Row[] {
  return [
    ...row('Titre', set.title),
    ...row('Identifiant', set.uniqueId),
    ...row('Logiciel émetteur', set.sourceId),
    ...row('Envoyé le (UTC)', timeText(set.submissionTime)),
    ...row('Nature', codeText(set.contentTypeCode)),
    ...set.authors.flatMap((author) => row('Auteur', authorText(author))),
    ...row('Patient', set.patientId),
    ...row('Commentaire', set.comments),
  ];
}

export function registryRows({ submissionSets, folders, associations }: RegistryObjects): Row[] {
  return [
    ...submissionSets.flatMap((set) => group('Lot de soumission', submissionRows(set))),
    ...folders.flatMap((folder) =>
      group('Classeur', [
        ...row('Titre', folder.title),
        ...row('Identifiant', folder.uniqueId),
        ...row('Patient', folder.patientId),
        ...folder.codes.flatMap((code) => row('Code', codeText(code))),
      ]),
    ),
    ...associations.map(({ type, source, target }) => ({
      label: 'Lien',
      value: `${source} ${type.slice(type.lastIndexOf(':') + 1)} ${target}`,
    })),
  ];
}

/** A METADATA.XML, or any XML around registry objects. */
export function describeMetadata(bytes: Uint8Array): Description {
  const registry = readMetadata(bytes);
  return {
    rows: [
      ...registryRows(registry),
      ...registry.documents.map((entry) => ({ label: `Document ${entry.entryUuid}`, rows: entryRows(entry) })),
    ],
    data: { ...registry },
  };
}
