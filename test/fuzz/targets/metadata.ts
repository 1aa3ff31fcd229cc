import { checkMetadata, readMetadata, writeMetadata, type Submission } from '../../../src/documents/index.ts';
import {
  formatReferenceId,
  formatSpecialty,
  formatXcn,
  formatXon,
  parseReferenceId,
  parseSpecialty,
  parseXcn,
  parseXon,
} from '../../../src/documents/metadata/datatypes.ts';
import { isTerrESanteError } from '../../../src/errors.ts';
import { documents } from '../documents.ts';
import { secrets } from '../people.ts';
import { must, type Target } from '../target.ts';
import { xmlWords } from './xml.ts';

const words: readonly string[] = [
  ...xmlWords,
  '<rim:ExtrinsicObject id="Document02" mimeType="text/xml">',
  '</rim:ExtrinsicObject>',
  '<rim:RegistryPackage id="SubmissionSet01">',
  '</rim:RegistryPackage>',
  '<rim:Slot name="hash"><rim:ValueList><rim:Value>',
  '</rim:Value></rim:ValueList></rim:Slot>',
  '<rim:Value>',
  '</rim:Value>',
  'sourcePatientId',
  'urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427',
  'urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab',
  'urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd',
  'urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d',
  'Document01',
  'SubmissionSet01',
  'nodeRepresentation=""',
  'codingScheme',
  '^^^&amp;1.2.250.1.213.1.4.10&amp;ISO^NH',
  '\\T\\',
  'PID-5|A^B^^^^^L',
];

const base = {
  seeds: async () => (await documents()).map(({ metadata }) => metadata),
  dictionary: words,
  secrets,
};

/** What a refusal to write costs: nothing. Anything else is a fault. */
function tolerant<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (!isTerrESanteError(error)) throw error;
    return null;
  }
}

function written(bytes: Uint8Array): Uint8Array | null {
  const { submissionSets, documents: entries, folders } = readMetadata(bytes);
  const [submissionSet] = submissionSets;
  if (!submissionSet || submissionSets.length > 1) return null;
  const submission = {
    submissionSet,
    documents: entries.map((entry) => ({ entry })),
    folders,
  } as unknown as Submission;
  return tolerant(() => writeMetadata(submission));
}

export const metadata: Target = {
  ...base,
  name: 'metadata',
  read(bytes) {
    const registry = readMetadata(bytes);
    const first = written(bytes);
    if (first) {
      const second = written(first);
      must(second !== null && Buffer.from(first).equals(second), 'what was written is read and written the same');
    }
    return registry;
  },
};

export const checkedMetadata: Target = {
  ...base,
  name: 'check-metadata',
  findings: true,
  read: (bytes, seed) =>
    checkMetadata(bytes, {
      scope: seed % 2 === 0 ? 'dmp' : 'ci-sis',
      environment: seed % 3 === 0 ? 'production' : 'test',
    }),
};

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8').slice(0, 2_000);

/**
 * Reading what was written of what was read changes nothing more; an identifier is kept or refused,
 * never changed.
 */
function stable<T>(
  value: string,
  parse: (text: string) => T | null,
  format: (value: T) => string,
  idOf: (value: T) => string,
): T | null {
  const read = parse(value);
  const first = read === null ? null : tolerant(() => format(read));
  if (read !== null && first !== null) {
    const again = parse(first);
    // A person without identifier nor name is nobody.
    must(again === null ? idOf(read) === '' : format(again) === first, 'written again the same');
    must(again === null || idOf(again) === idOf(read), 'the identifier is kept');
  }
  return read;
}

export const dataTypes: Target = {
  name: 'xds-data-types',
  seeds: async () =>
    [
      '801234567890^DURANT^Romuald^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS',
      'CABINET MEDICAL^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^1750100125',
      '7252295367250016^^^&1.2.840.113619.6.196&ISO^urn:ihe:iti:xds:2013:accession',
      'G15_10/SM54^Médecin - Médecine Générale (SM)^1.2.250.1.213.1.1.4.5',
    ].map((text) => Buffer.from(text)),
  dictionary: [
    '^',
    '&',
    '\\S\\',
    '\\T\\',
    '\\E\\',
    '\\X0D\\',
    '\\',
    '~',
    '|',
    'ISO',
    '1.2.250.1.71.4.2.1',
    'IDNPS',
    'U',
    'D',
  ],
  read: (bytes) => ({
    person: stable(text(bytes), parseXcn, formatXcn, ({ id }) => id),
    institution: stable(text(bytes), parseXon, formatXon, ({ id }) => id),
    specialty: stable(text(bytes), parseSpecialty, formatSpecialty, ({ code }) => code),
    reference: stable(text(bytes), parseReferenceId, formatReferenceId, ({ id }) => id),
  }),
};

export const metadataTargets: readonly Target[] = [metadata, checkedMetadata, dataTypes];
