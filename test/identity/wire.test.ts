import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TerrESanteError } from '../../src/errors.ts';
import { canTransmitIns, type PatientInput } from '../../src/identity/index.ts';
import {
  readFhirPatient,
  readPatientCx,
  readPid,
  readRecordTarget,
  writeFhirPatient,
  writeInsCx,
  writeLocalCx,
  writePid,
  writeRecordTarget,
  type WireIdentity,
} from '../../src/identity/wire/index.ts';
import { otherPatients, qualifiedPatients } from './arbitraries.ts';

const traits = {
  birthName: 'MARTIN',
  firstName: 'ZOE',
  birthFirstNames: ['ZOE', 'LOU'],
  sex: 'F',
  birthDate: '1985-01-12',
  birthPlace: { communeInsee: '93066' },
} as const;
const localId = { system: '2.999.1.10', value: 'PAT-000123' };
const ins = { value: '285019306600186', oid: '1.2.250.1.213.1.4.8', kind: 'NIR' } as const;
const qualified = { localId, ins, traits, identityStatus: 'QUAL' } as const satisfies PatientInput;
const wrongKey = { ...qualified, ins: { ...ins, value: '276037510669380' } };

/** Every writer, on the same patient. */
const writers: Record<string, (patient: PatientInput, environment?: 'production') => string> = {
  pid: (patient, environment) => writePid(patient, { dialect: 'rniv2', environment }),
  cda: (patient, environment) => writeRecordTarget(patient, { environment }),
  fhir: (patient, environment) =>
    JSON.stringify(writeFhirPatient(patient, { dialect: 'identity-status', environment })),
};

describe.each(Object.entries(writers))('%s', (_, write) => {
  it.each(['PROV', 'VALI', 'RECUP', undefined] as const)('never writes the INS of an identity %s', (identityStatus) => {
    const patient = { ...qualified, identityStatus };
    expect(write(patient)).not.toContain(ins.value);
    expect(write(patient)).toContain('PAT-000123');
  });

  it('writes the matricule and its OID together', () => {
    expect(write(qualified)).toContain(ins.value);
    expect(write(qualified)).toContain(ins.oid);
  });

  it('refuses a qualified identity with a wrong key, a doubtful one, an incomplete one, a test one in production', () => {
    for (const patient of [
      wrongKey,
      { ...qualified, ins: { ...ins, value: '123456789012244' } },
      { ...qualified, identityAttributes: ['DOUT'] as const },
      { ...qualified, traits: { ...traits, birthFirstNames: undefined } },
      { ...qualified, ins: undefined },
    ]) {
      expect(() => write(patient)).toThrow(expect.objectContaining({ code: 'TE_IDENTITY_STATUS' }));
    }
    const test = { ...qualified, ins: { ...ins, oid: '1.2.250.1.213.1.4.10' } };
    expect(write(test)).toContain(ins.value);
    expect(() => write(test, 'production')).toThrow(TerrESanteError);
  });

  it('refuses a patient without any identifier', () => {
    expect(() => write({ traits })).toThrow(expect.objectContaining({ code: 'TE_WIRE_INVALID' }));
  });

  it('refuses an INS disguised as a local identifier', () => {
    expect(() => write({ traits, localId: { system: ins.oid, value: ins.value } })).toThrow(TerrESanteError);
  });

  it('refuses a date that is not in the calendar', () => {
    expect(() => write({ localId, traits: { ...traits, birthDate: '1985-02-30' } })).toThrow(TerrESanteError);
  });
});

describe('round trips', () => {
  const same = (read: WireIdentity, patient: PatientInput, withStatus = true): void => {
    const { identityStatus, ...rest } = patient;
    expect(read.patient).toEqual(withStatus ? patient : rest);
    expect(read.findings).toEqual([]);
    expect(read.unverifiedIns).toBeNull();
    if (withStatus && identityStatus === 'QUAL') expect(canTransmitIns(read.patient)).toBe(true);
  };
  const all = fc.oneof(qualifiedPatients, otherPatients);

  it.each(['pam-legacy', 'rniv2'] as const)('HL7 v2 PID, %s', (dialect) => {
    fc.assert(fc.property(all, (patient) => same(readPid(writePid(patient, { dialect }), { dialect }), patient)));
  });

  it('CDA recordTarget', () => {
    fc.assert(fc.property(all, (patient) => same(readRecordTarget(writeRecordTarget(patient)), patient, false)));
  });

  it.each(['v2-0445', 'fiabilite-identite', 'identity-status'] as const)('FHIR, %s', (dialect) => {
    fc.assert(
      fc.property(all, (patient) =>
        same(readFhirPatient(JSON.parse(JSON.stringify(writeFhirPatient(patient, { dialect }))), { dialect }), patient),
      ),
    );
  });

  it('XDS CX', () => {
    fc.assert(
      fc.property(qualifiedPatients, (patient) => {
        expect(readPatientCx(writeInsCx(patient))).toEqual({ kind: 'ins', ins: patient.ins, findings: [] });
        expect(readPatientCx(writeLocalCx(patient.localId))).toEqual({ kind: 'local', localId: patient.localId });
      }),
    );
  });

  it('keeps what only some forms carry: used names, attributes, history, interpreted date, postal code', () => {
    const rich = {
      ...qualified,
      identityAttributes: ['HOMA'],
      insHistory: [{ value: '285019999999936', oid: '1.2.250.1.213.1.4.9', kind: 'NIA' }],
      traits: { ...traits, usedName: 'Durand', usedFirstName: 'Zoé', birthDateInterpreted: true },
    } as const satisfies PatientInput;
    const dialect = 'identity-status';
    expect(readFhirPatient(writeFhirPatient(rich, { dialect }), { dialect }).patient).toEqual(rich);
    const cda = readRecordTarget(writeRecordTarget(rich)).patient;
    expect(cda.traits).toMatchObject({ usedName: 'Durand', usedFirstName: 'Zoé' });
    expect(readPid(writePid(rich, { dialect: 'rniv2' }), { dialect: 'rniv2' }).patient.identityAttributes).toEqual([
      'HOMA',
    ]);
    const postal = { localId, traits: { ...traits, birthPlace: { postalCode: '93200', city: 'Saint-Denis' } } };
    expect(readPid(writePid(postal, { dialect: 'rniv2' }), { dialect: 'rniv2' }).patient).toEqual(postal);
    expect(readRecordTarget(writeRecordTarget(postal)).patient).toEqual(postal);
    expect(readFhirPatient(writeFhirPatient(postal, { dialect }), { dialect }).patient).toEqual(postal);
  });

  it('keeps free text with delimiters, whatever it is', () => {
    const text = fc
      .string({ unit: fc.constantFrom(...'Aé|^&~\\<>"\' -'.split('')), minLength: 1, maxLength: 12 })
      .map((value) => `X${value}X`);
    fc.assert(
      fc.property(text, (birthName) => {
        const patient = { localId, traits: { birthName, firstName: 'ZOE' } };
        expect(readPid(writePid(patient, { dialect: 'rniv2' }), { dialect: 'rniv2' }).patient).toEqual(patient);
        expect(readRecordTarget(writeRecordTarget(patient)).patient).toEqual(patient);
      }),
    );
  });
});

describe('HL7 v2 PID', () => {
  // Test patient of the Agence du Numérique en Santé (ansforge/hl7V2-exemples).
  const fields = [
    'PID',
    '',
    '',
    '000003^^^CHU-X&000897406&N^PI~279035121518989^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS^^20101207',
    '',
    'PAT-TROIS^DOMINIQUE^DOMINIQUE^^^^L',
    '',
    '19790328',
    'F',
    '',
    '',
    '28 Av de Breteuil^^PARIS^^75007^FRA^H^^^^^^^~^^^^^^BDL^^63220',
    ...Array.from({ length: 20 }, () => ''),
    'VALI',
  ];
  const official = fields.join('|');

  it('reads the published example: in the older dialect VALI with an INS is qualified', () => {
    const { patient, findings } = readPid(official, { dialect: 'pam-legacy' });
    expect(findings).toEqual([]);
    expect(patient).toEqual({
      ins: { value: '279035121518989', oid: '1.2.250.1.213.1.4.10', kind: 'NIR' },
      identityStatus: 'QUAL',
      traits: {
        birthName: 'PAT-TROIS',
        firstName: 'DOMINIQUE',
        birthFirstNames: ['DOMINIQUE'],
        birthDate: '1979-03-28',
        sex: 'F',
        birthPlace: { communeInsee: '63220' },
      },
    });
  });

  it('never takes VALI for qualified in the four-status dialect: the INS is to be verified', () => {
    const { patient, unverifiedIns, findings } = readPid(official, { dialect: 'rniv2' });
    expect(patient.identityStatus).toBe('VALI');
    expect(patient.ins).toBeUndefined();
    expect(unverifiedIns?.value).toBe('279035121518989');
    expect(findings.map(({ rule }) => rule)).toEqual(['IDENTITY-WIRE-UNVERIFIED-INS']);
  });

  it('never takes VALI without an INS for qualified', () => {
    const without = official.replace(/~279[^|]*/, '');
    expect(readPid(without, { dialect: 'pam-legacy' }).patient.identityStatus).toBe('VALI');
  });

  it('writes QUAL as the receiver reads it', () => {
    expect(writePid(qualified, { dialect: 'pam-legacy' }).endsWith('|VALI')).toBe(true);
    expect(writePid(qualified, { dialect: 'rniv2' }).endsWith('|QUAL')).toBe(true);
    expect(writePid(qualified, { dialect: 'rniv2' })).toContain(
      '285019306600186^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.8&ISO^INS',
    );
  });

  it('reads a wrong key of others as a warning, and never writes it again', () => {
    const read = readPid(official.replace('279035121518989', '276037510669380'), { dialect: 'pam-legacy' });
    expect(read.findings.map(({ rule, severity }) => [rule, severity])).toEqual([['IDENTITY-KEY', 'warning']]);
    expect(canTransmitIns(read.patient)).toBe(false);
    expect(() => writePid({ ...read.patient, localId }, { dialect: 'rniv2' })).toThrow(TerrESanteError);
  });

  it('does not take the social security number, of the same OID, for an INS', () => {
    const nss = official.replace('ISO^INS', 'ISO^NH');
    const read = readPid(nss, { dialect: 'pam-legacy' });
    expect(read.patient.ins).toBeUndefined();
    expect(read.patient.identityStatus).toBe('VALI');
  });

  it('picks none of two different INS', () => {
    const two = official
      .replace('|PAT-TROIS', '')
      .replace('^^20101207', '~285019306600186^^^X&1.2.250.1.213.1.4.8&ISO^INS');
    const read = readPid(two, { dialect: 'pam-legacy' });
    expect(read.patient.ins).toBeUndefined();
    expect(read.findings.map(({ rule }) => rule)).toContain('IDENTITY-WIRE-SEVERAL-INS');
  });

  it('keeps comments apart from statuses, and no status when there are two', () => {
    const read = (codes: string): WireIdentity =>
      readPid([...fields.slice(0, -1), codes].join('|'), { dialect: 'rniv2' });
    expect(read('QUAL~DPOT~HOMD')).toMatchObject({
      comments: ['DPOT'],
      patient: { identityStatus: 'QUAL', identityAttributes: ['HOMD'] },
    });
    expect(read('QUAL~PROV').patient.identityStatus).toBeUndefined();
    expect(read('QUAL~PROV').findings.map(({ rule }) => rule)).toEqual(['IDENTITY-WIRE-SEVERAL-STATUSES']);
  });

  it('reports a partial date and completes nothing', () => {
    const read = readPid(official.replace('19790328', '1979'), { dialect: 'pam-legacy' });
    expect(read.patient.traits.birthDate).toBeUndefined();
    expect(read.findings.map(({ rule }) => rule)).toEqual(['IDENTITY-WIRE-DATE']);
  });

  it('asks for the code of an indeterminate sex', () => {
    const patient = { localId, traits: { ...traits, sex: 'I' } } as const;
    expect(() => writePid(patient, { dialect: 'rniv2' })).toThrow(TerrESanteError);
    expect(writePid(patient, { dialect: 'rniv2', indeterminateSex: 'U' }).split('|')[8]).toBe('U');
  });

  it.each(['', 'MSH|^~\\&|', 'PID', `PID|${'a'.repeat(70_000)}`, 'PID|||a\nb'])('refuses %.20j', (segment) => {
    expect(() => readPid(segment, { dialect: 'rniv2' })).toThrow(expect.objectContaining({ code: 'TE_WIRE_INVALID' }));
  });

  it('refuses a name that would start another segment', () => {
    expect(() => writePid({ localId, traits: { ...traits, birthName: 'A\rPID|' } }, { dialect: 'rniv2' })).toThrow(
      expect.objectContaining({ code: 'TE_INPUT_INVALID' }),
    );
  });
});

describe('CX', () => {
  it('reads the published example', () => {
    expect(readPatientCx('279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH')).toEqual({
      kind: 'ins',
      ins: { value: '279035121518989', oid: '1.2.250.1.213.1.4.10', kind: 'NIR' },
      findings: [],
    });
  });

  it.each([
    '',
    '1^^^&1.2&ISO',
    '1^^^&x&ISO^PI',
    '279035121518989^^^&1.2.250.1.213.1.4.10&ISO^PI',
    '27903^^^&1.2.250.1.213.1.4.8&ISO^NH',
    `${'1'.repeat(300)}^^^&1.2.3&ISO^PI`,
  ])('refuses %.30j', (text) => {
    expect(() => readPatientCx(text)).toThrow(TerrESanteError);
  });

  it('refuses delimiters in a local identifier', () => {
    expect(() => writeLocalCx({ system: '2.999.1.10', value: 'A^B' })).toThrow(
      expect.objectContaining({ code: 'TE_INPUT_INVALID' }),
    );
  });
});

describe('CDA', () => {
  it('puts the INS first, with every trait that goes with it', () => {
    const xml = writeRecordTarget(qualified);
    expect(xml.indexOf('root="1.2.250.1.213.1.4.8"')).toBeLessThan(xml.indexOf('root="2.999.1.10"'));
    for (const piece of [
      '<family qualifier="BR">MARTIN</family>',
      '<given>ZOE LOU</given>',
      '<given qualifier="BR">ZOE</given>',
      '<birthTime value="19850112">',
      '<county>93066</county>',
      'code="F"',
    ]) {
      expect(xml).toContain(piece);
    }
  });

  it('reads SP of older documents as the name used, and UN as indeterminate', () => {
    const xml = writeRecordTarget({ localId, traits: { ...traits, sex: 'I', usedName: 'DURAND' } }).replace(
      'qualifier="CL"',
      'qualifier="SP"',
    );
    expect(readRecordTarget(xml).patient.traits).toMatchObject({ usedName: 'DURAND', sex: 'I' });
  });

  it('reads U of older documents as indeterminate, and nothing in another code', () => {
    const xml = writeRecordTarget({ localId, traits: { ...traits, sex: 'I' } });
    const read = (code: string): WireIdentity => readRecordTarget(xml.replace('code="UN"', `code="${code}"`));
    expect(read('U').patient.traits.sex).toBe('I');
    for (const code of ['X', 'constructor']) {
      expect(read(code).patient.traits.sex).toBeUndefined();
      expect(read(code).findings.map(({ rule }) => rule)).toEqual(['IDENTITY-SEX-UNKNOWN']);
    }
  });

  it('reads a family without qualifier as a name used, after those that say so', () => {
    const xml = writeRecordTarget({ localId, traits: { ...traits, usedName: 'DURAND' } });
    const plain = '<family>AUTRE</family>';
    const without = xml.replace('<family qualifier="CL">DURAND</family>', plain);
    expect(readRecordTarget(without).patient.traits).toMatchObject({ birthName: 'MARTIN', usedName: 'AUTRE' });
    const both = xml.replace('<family qualifier="CL">', `${plain}<family qualifier="CL">`);
    expect(readRecordTarget(both).patient.traits.usedName).toBe('DURAND');
  });

  it('reads a name that a printer has broken over lines', () => {
    const xml = writeRecordTarget({ localId, traits: { ...traits, birthName: 'LE  GALL' } });
    expect(readRecordTarget(xml).patient.traits.birthName).toBe('LE  GALL');
    const broken = xml.replace('LE  GALL', '\n      LE\n      GALL\n    ');
    expect(readRecordTarget(broken).patient.traits.birthName).toBe('LE GALL');
  });

  it('reads the patient inside a whole document, in bytes', () => {
    const xml = `<ClinicalDocument xmlns="urn:hl7-org:v3">${writeRecordTarget(qualified)}</ClinicalDocument>`;
    expect(readRecordTarget(new TextEncoder().encode(xml)).patient.ins).toEqual(ins);
  });

  it.each([
    '<a/>',
    '<ClinicalDocument xmlns="urn:hl7-org:v3"/>',
    '<recordTarget xmlns="urn:x"/>',
    '<!DOCTYPE a><a/>',
    '<recordTarget',
  ])('refuses %s', (xml) => {
    expect(() => readRecordTarget(xml)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^TE_(WIRE|XML)_INVALID$/) }),
    );
  });
});

describe('FHIR', () => {
  const nss = { type: { coding: [{ code: 'NH' }] }, system: 'urn:oid:1.2.250.1.213.1.4.8', value: '285019306600186' };

  it('has the shape of the published example of fr-core-patient-ins', () => {
    expect(writeFhirPatient(qualified, { dialect: 'identity-status' })).toMatchObject({
      resourceType: 'Patient',
      meta: { profile: ['https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-ins'] },
      identifier: [
        { use: 'official', system: 'urn:oid:1.2.250.1.213.1.4.8', value: '285019306600186' },
        { use: 'usual' },
      ],
      name: [{ use: 'official', family: 'MARTIN', given: ['ZOE'] }],
      gender: 'female',
      birthDate: '1985-01-12',
    });
    expect(writeFhirPatient({ localId, traits }, { dialect: 'identity-status' })['meta']).toEqual({
      profile: ['https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient'],
    });
  });

  it('does not take the NSS slice, which shares the OID, for the INS', () => {
    const read = readFhirPatient({ resourceType: 'Patient', identifier: [nss] }, { dialect: 'identity-status' });
    expect(read.patient.ins).toBeUndefined();
    const both = {
      resourceType: 'Patient',
      identifier: [nss, { ...nss, value: '279035121518989', type: { coding: [{ code: 'INS-NIR' }] } }],
    };
    expect(readFhirPatient(both, { dialect: 'identity-status' }).patient.ins?.value).toBe('279035121518989');
  });

  it('marks a NIA as temporary', () => {
    const nia = { ...qualified, ins: { ...ins, oid: '1.2.250.1.213.1.4.9' } };
    expect(writeFhirPatient(nia, { dialect: 'identity-status' })['identifier']).toMatchObject([
      { use: 'temp', type: { coding: [{ code: 'INS-NIA' }] } },
      {},
    ]);
  });

  it('reads VALI by its dialect', () => {
    const resource = {
      resourceType: 'Patient',
      identifier: [{ ...nss, type: { coding: [{ code: 'INS-NIR' }] } }],
      extension: [
        {
          url: 'https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-identity-reliability',
          extension: [{ url: 'identityStatus', valueCoding: { code: 'VALI' } }],
        },
      ],
    };
    expect(readFhirPatient(resource, { dialect: 'v2-0445' }).patient.identityStatus).toBe('QUAL');
    const read = readFhirPatient(resource, { dialect: 'identity-status' });
    expect(read.patient).toMatchObject({ identityStatus: 'VALI' });
    expect(read.unverifiedIns?.value).toBe('285019306600186');
  });

  it('refuses to write VALI where it would mean qualified', () => {
    expect(() =>
      writeFhirPatient({ ...qualified, ins: undefined, identityStatus: 'VALI' }, { dialect: 'v2-0445' }),
    ).toThrow(TerrESanteError);
  });

  it('refuses a wrong number in the history', () => {
    const patient = { ...qualified, insHistory: [{ value: '276037510669380', oid: ins.oid }] };
    expect(() => writeFhirPatient(patient, { dialect: 'identity-status' })).toThrow(TerrESanteError);
  });

  it('reads any JSON without another error than its own', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (a, b, c) => {
        const resource = { resourceType: 'Patient', identifier: a, name: b, extension: c, birthDate: a, gender: b };
        expect(readFhirPatient(resource, { dialect: 'identity-status' }).patient.ins).toBeUndefined();
        if (typeof a !== 'object') expect(() => readFhirPatient(a, { dialect: 'v2-0445' })).toThrow(TerrESanteError);
      }),
    );
  });
});
