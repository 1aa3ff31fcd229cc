import { buildInsDatamatrix, parseInsDatamatrix, type PatientInput } from '../../../src/identity/index.ts';
import {
  readFhirPatient,
  readPatientCx,
  readPid,
  readRecordTarget,
  writeFhirPatient,
  writeLocalCx,
  writePid,
  writeRecordTarget,
} from '../../../src/identity/wire/index.ts';
import { isTerrESanteError, TerrESanteError } from '../../../src/errors.ts';
import { patients, secrets } from '../people.ts';
import { must, type Target } from '../target.ts';
import { xmlWords } from './xml.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
const all = (write: (patient: PatientInput) => string): Uint8Array[] =>
  patients.map((patient) => Buffer.from(write(patient)));

/** `null` when it may not be written. */
function tolerant<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (!isTerrESanteError(error)) throw error;
    return null;
  }
}

const hl7 = ['^', '~', '|', '&', '\\T\\', '\\S\\', '\\E\\', '\\X0D\\', 'INS', 'PI', 'ISO', 'VALI', 'QUAL', 'L', 'BDL'];

export const pid: Target = {
  name: 'pid',
  seeds: async () => all((patient) => writePid(patient, { dialect: 'rniv2' })),
  dictionary: [...hl7, '1.2.250.1.213.1.4.8', '279035121518989', 'PID|', '19790328', '99100'],
  secrets,
  read(bytes, seed) {
    const dialect = seed % 2 === 0 ? 'rniv2' : 'pam-legacy';
    const read = readPid(text(bytes), { dialect });
    // Attributes that the other dialect has no word for may be refused; what is written is read
    // back the same.
    const written = tolerant(() => writePid(read.patient, { dialect, indeterminateSex: 'U' }));
    if (written !== null) {
      const again = readPid(written, { dialect });
      must(
        writePid(again.patient, { dialect, indeterminateSex: 'U' }) === written,
        'what was written is written again',
      );
      const ins = again.patient.ins?.value;
      must(ins === undefined || ins === read.patient.ins?.value, 'no other INS');
    }
    return read;
  },
};

export const recordTarget: Target = {
  name: 'record-target',
  seeds: async () => all((patient) => writeRecordTarget(patient)),
  dictionary: [
    ...xmlWords,
    'qualifier="BR"',
    'qualifier="CL"',
    'root="1.2.250.1.213.1.4.8"',
    '<given>',
    '</given>',
    '<family>',
    '<county>',
  ],
  secrets,
  read(bytes) {
    const read = readRecordTarget(bytes);
    const written = tolerant(() => writeRecordTarget(read.patient));
    if (written !== null) {
      must(
        tolerant(() => writeRecordTarget(readRecordTarget(written).patient)) === written,
        'what was written is written again',
      );
    }
    return read;
  },
};

export const fhirPatient: Target = {
  name: 'fhir-patient',
  seeds: async () => all((patient) => JSON.stringify(writeFhirPatient(patient, { dialect: 'identity-status' }))),
  dictionary: [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    'null',
    'true',
    '"value"',
    '"system"',
    '"identifier"',
    '"extension"',
    '"url"',
    '"name"',
    '"given"',
    '"family"',
    '"official"',
    '"__proto__"',
  ],
  secrets,
  read(bytes) {
    let resource: unknown;
    try {
      resource = JSON.parse(text(bytes));
    } catch {
      throw new TerrESanteError('TE_WIRE_INVALID', 'JSON');
    }
    return readFhirPatient(resource, { dialect: 'identity-status' });
  },
};

export const cx: Target = {
  name: 'cx',
  seeds: async () =>
    ['279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH', 'PAT-000123^^^&2.999.1.10&ISO^PI'].map((text) =>
      Buffer.from(text),
    ),
  dictionary: [...hl7, 'NH', '1.2.250.1.213.1.4.8', '2.999.1.10'],
  read(bytes) {
    const read = readPatientCx(text(bytes));
    if (read.kind === 'local') {
      const written = tolerant(() => writeLocalCx(read.localId));
      if (written !== null) {
        must(JSON.stringify(readPatientCx(written)) === JSON.stringify(read), 'a local identifier is kept');
      }
    }
    return read;
  },
};

export const datamatrix: Target = {
  name: 'datamatrix',
  seeds: async () => patients.flatMap((patient) => tolerant(() => [Buffer.from(buildInsDatamatrix(patient))]) ?? []),
  dictionary: [
    'IS01',
    'S1',
    'S2',
    'S3',
    'S4',
    'S5',
    'S6',
    'S7',
    '\u001d',
    '<GS>',
    ' ',
    'F',
    'M',
    '12-01-1985',
    '00-00-0000',
  ],
  secrets,
  read(bytes, seed) {
    const strict = seed % 2 === 0;
    const scan = parseInsDatamatrix(text(bytes), { strict });
    const tolerated = parseInsDatamatrix(text(bytes), { strict: false });
    if (strict) {
      must(tolerated.value === scan.value, 'a scan read strictly names the same person read tolerantly');
    }
    return scan;
  },
};

export const identityTargets: readonly Target[] = [pid, recordTarget, fhirPatient, cx, datamatrix];
