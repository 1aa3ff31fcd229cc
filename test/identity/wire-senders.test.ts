import { describe, expect, it } from 'vitest';
import { completeBirthDate } from '../../src/identity/index.ts';
import {
  readFhirPatient,
  readPid,
  readRecordTarget,
  writePid,
  type WireIdentity,
} from '../../src/identity/wire/index.ts';

/* What the software of other people writes: nothing of it is lost without a finding. */

const nir = '285019306600186';
const insOid = '1.2.250.1.213.1.4.8';
const insCx = `${nir}^^^ASIP-SANTE-INS-NIR&${insOid}&ISO^INS`;
const localCx = 'PAT-000123^^^&2.999.1.10&ISO^PI';

/** Told in short: the rule, or its path and what was found for those that say what they left. */
function told({ findings }: WireIdentity): string[] {
  return findings.map(({ rule, path, found }) =>
    [rule.replace('IDENTITY-WIRE-', ''), path, found].filter((part) => part !== null).join(' '),
  );
}

function pid(fields: Readonly<Record<number, string>>): WireIdentity {
  const all = Array.from({ length: 33 }, (_, index) => fields[index] ?? '');
  all[0] = 'PID';
  return readPid(all.join('|'), { dialect: 'rniv2' });
}

describe('the null of HL7 in a PID', () => {
  const named = { 3: localCx, 5: 'MARTIN^ZOE^^^^^L' };

  it('is no value, and is told apart from an absent one', () => {
    const read = pid({ ...named, 3: `${localCx}~""^^^&${insOid}&ISO^INS`, 5: '""^ZOE^""^^^^L' });
    expect(read.patient).toEqual({
      localId: { system: '2.999.1.10', value: 'PAT-000123' },
      traits: { firstName: 'ZOE' },
    });
    expect(told(read)).toEqual(['DELETE ins', 'DELETE traits.birthName', 'DELETE traits.birthFirstNames']);
    expect(told(pid({ ...named, 5: '^ZOE^^^^^L' }))).toEqual([]);
  });

  it.each([
    [3, ['DELETE localId']],
    [5, ['DELETE traits.birthName', 'DELETE traits.firstName', 'DELETE traits.birthFirstNames']],
    [7, ['DELETE traits.birthDate']],
    [8, ['DELETE traits.sex']],
    [11, ['DELETE traits.birthPlace']],
    [32, ['DELETE identityStatus']],
  ])('is told for the whole of PID-%i', (field, findings) => {
    const read = pid({ ...named, [field]: '""' });
    expect(told(read)).toEqual(findings);
    expect(JSON.stringify(read.patient)).not.toContain('\\"\\"');
  });

  it('is told for the code of the birth place alone', () => {
    const read = pid({ ...named, 11: '^^PARIS^^75012^^BDL^^""' });
    expect(read.patient.traits.birthPlace).toEqual({ city: 'PARIS', postalCode: '75012' });
    expect(told(read)).toEqual(['DELETE traits.birthPlace']);
  });

  it('is never written as a value', () => {
    for (const patient of [
      { localId: { system: '2.999.1.10', value: '""' }, traits: {} },
      { localId: { system: '2.999.1.10', value: '1' }, traits: { birthName: '""' } },
      { localId: { system: '2.999.1.10', value: '1' }, traits: { birthPlace: { city: '""' } } },
    ]) {
      expect(() => writePid(patient, { dialect: 'rniv2' })).toThrow(
        expect.objectContaining({ code: 'TE_WIRE_INVALID' }),
      );
    }
  });
});

describe('birth dates', () => {
  /** The same date in the three forms. */
  const readers: Readonly<Record<string, (date: string) => WireIdentity>> = {
    pid: (date) => pid({ 3: localCx, 7: date }),
    cda: (date) =>
      readRecordTarget(
        `<recordTarget xmlns="urn:hl7-org:v3"><patientRole><id root="2.999.1.10" extension="1"/><patient><birthTime value="${date}"/></patient></patientRole></recordTarget>`,
      ),
    fhir: (date) => readFhirPatient({ resourceType: 'Patient', birthDate: date }, { dialect: 'identity-status' }),
  };

  describe.each(Object.entries(readers))('%s', (_, read) => {
    it.each([
      ['19850512', '1985-05-12'],
      ['1985-05-12', '1985-05-12'],
      ['19850512103000+0200', '1985-05-12'],
      ['1985-05-12T10:30:00Z', '1985-05-12'],
      ['20000229', '2000-02-29'],
    ])('takes %s', (written, birthDate) => {
      const result = read(written);
      expect(result.patient.traits.birthDate).toBe(birthDate);
      expect(result.partialBirthDate).toBeNull();
      expect(told(result)).toEqual([]);
    });

    it.each([
      ['19850000', { year: 1985, month: null, day: null }, '1985-12-31'],
      ['1985', { year: 1985, month: null, day: null }, '1985-12-31'],
      ['1985-00-00', { year: 1985, month: null, day: null }, '1985-12-31'],
      ['19850700', { year: 1985, month: 7, day: null }, '1985-07-01'],
      ['1985-07', { year: 1985, month: 7, day: null }, '1985-07-01'],
      ['19850014', { year: 1985, month: null, day: 14 }, '1985-01-14'],
    ])('keeps what %s tells, and completes nothing', (written, partial, proposed) => {
      const result = read(written);
      expect(result.patient.traits.birthDate).toBeUndefined();
      expect(result.partialBirthDate).toEqual(partial);
      expect(told(result)).toEqual(['DATE traits.birthDate']);
      expect(result.findings[0]!.message).toContain('incomplète');
      expect(completeBirthDate(result.partialBirthDate!)).toEqual({ date: proposed, interpreted: true });
    });

    it.each([
      ['19850230', 'calendrier'],
      ['19850229', 'calendrier'],
      ['19851301', 'calendrier'],
      ['198513', 'calendrier'],
      ['19850032', 'calendrier'],
      ['00000000', 'calendrier'],
      ['12/05/1985', 'illisible'],
      ['850512', 'calendrier'],
      ['19850512abc', 'illisible'],
      ['inconnue', 'illisible'],
    ])('has no date in %s, and says so', (written, word) => {
      const result = read(written);
      expect(result.patient.traits.birthDate).toBeUndefined();
      expect(result.partialBirthDate).toBeNull();
      expect(told(result)).toEqual(['DATE traits.birthDate']);
      expect(result.findings[0]!.message).toContain(word);
      expect(JSON.stringify(result.findings)).not.toContain(written);
    });
  });

  it('has no date in a FHIR birth date that is no text', () => {
    const read = readFhirPatient({ resourceType: 'Patient', birthDate: 19_850_512 }, { dialect: 'identity-status' });
    expect(told(read)).toEqual(['DATE traits.birthDate']);
  });
});

describe('escapes of HL7', () => {
  const nameOf = (family: string): WireIdentity => pid({ 3: localCx, 5: `${family}^ZOE^^^^^L` });

  it.each([
    [String.raw`D\X27\AUBIGNE`, "D'AUBIGNE"],
    [String.raw`\H\MARTIN\N\ `, 'MARTIN '],
    [String.raw`MARTIN\.br\DURAND`, 'MARTIN DURAND'],
    [String.raw`MARTIN \.br\ DURAND\.br\ `, 'MARTIN DURAND'],
    [String.raw`MARTIN\X0D0A\DURAND`, 'MARTIN DURAND'],
    [String.raw`MARTIN\.sp+2\DURAND\.in+4\ `, 'MARTIN DURAND '],
    [String.raw`\XC389\LODIE`, 'ÉLODIE'],
    [String.raw`\XC3\\X89\LODIE`, 'ÉLODIE'],
    [String.raw`A\F\B\S\C\T\D\R\E\E\F`, String.raw`A|B^C&D~E\F`],
    // An escaped backslash begins no escape.
    [String.raw`\E\X27\E\ `, String.raw`\X27\ `],
  ])('%s is %s', (written, name) => {
    const read = nameOf(written);
    expect(read.patient.traits.birthName).toBe(name);
    expect(told(read)).toEqual([]);
  });

  it.each([
    [String.raw`\XC9\LODIE`, 'ÉLODIE', 'ISO 8859-1'],
    [String.raw`A\Z01\B`, String.raw`A\Z01\B`, "propre à l'émetteur"],
    [String.raw`A\C2842\B`, String.raw`A\C2842\B`, "propre à l'émetteur"],
    [String.raw`A\X00\B`, String.raw`A\X00\B`, "propre à l'émetteur"],
    [String.raw`O\Brien`, String.raw`O\Brien`, "propre à l'émetteur"],
  ])('%s is %s, with a word about it', (written, name, word) => {
    const read = nameOf(written);
    expect(read.patient.traits.birthName).toBe(name);
    expect(told(read)).toEqual(['ESCAPE traits.birthName']);
    expect(read.findings[0]!.message).toContain(word);
  });

  it('costs no more than the length of the field', () => {
    const field = `${' '.repeat(30_000)}${String.raw`\.br\ `.repeat(2000)}${'\\'.repeat(20_000)}`;
    expect(nameOf(field).patient.traits.firstName).toBe('ZOE');
  });
});

describe('identifiers of a PID', () => {
  it.each(['INS-NIR', 'INS-NIA', 'INS-NIR-TEST', 'INS-NIR-DEMO'])('takes type %s for an INS', (type) => {
    const read = pid({ 3: insCx.replace(/INS$/, type) });
    expect(read.patient.ins).toMatchObject({ value: nir, oid: insOid });
    expect(told(read)).toEqual([]);
  });

  it('keeps and tells the others', () => {
    const read = pid({
      3: [localCx, insCx, 'B7^^^&2.999.7&ISO^PI', `${nir}^^^&${insOid}&ISO^NH`, 'R9^^^SRI^RRI'].join('~'),
    });
    expect(read.patient.localId?.value).toBe('PAT-000123');
    expect(read.otherIdentifiers).toEqual([
      { value: 'B7', domain: '2.999.7', types: ['PI'] },
      { value: nir, domain: insOid, types: ['NH'] },
      { value: 'R9', domain: 'SRI', types: ['RRI'] },
    ]);
    expect(told(read)).toEqual(['LEFT localId PI', 'LEFT ins NH', 'LEFT localId RRI']);
    expect(read.findings.map(({ severity }) => severity)).toEqual(['info', 'warning', 'info']);
  });
});

describe('names of a PID', () => {
  it('tells the repetitions that are not taken, and by their type only', () => {
    const read = pid({ 3: localCx, 5: 'STAR^ZED^^^^^S~MARTIN^ZOE^ZOE LOU^^^^L~DURAND^ZOE^^^^^D' });
    expect(read.patient.traits).toMatchObject({
      birthName: 'MARTIN',
      firstName: 'ZOE',
      birthFirstNames: ['ZOE', 'LOU'],
    });
    expect(told(read)).toEqual(['LEFT traits S', 'LEFT traits D']);
  });

  it('tells the only name of another type', () => {
    const read = pid({ 3: localCx, 5: 'DURAND^ZOE^^^^^D' });
    expect(read.patient.traits).toEqual({});
    expect(told(read)).toEqual(['LEFT traits D']);
  });

  it('reads a surname that is given in parts, and tells those of a partner', () => {
    expect(pid({ 3: localCx, 5: '&DE LA&TOUR^ZOE^^^^^L' }).patient.traits.birthName).toBe('DE LA TOUR');
    const partner = pid({ 3: localCx, 5: 'DE LA TOUR&DE LA&TOUR&&MARTIN^ZOE^^^^^L' });
    expect(partner.patient.traits.birthName).toBe('DE LA TOUR');
    expect(told(partner)).toEqual(['LEFT traits.birthName']);
  });

  it('tells a second birth place and an unreadable status', () => {
    const read = pid({ 3: localCx, 11: '^^^^^^BDL^^93066~^^^^^^BDL^^75056', 32: 'QUAL~qualifié' });
    expect(read.patient.traits.birthPlace).toEqual({ communeInsee: '93066' });
    expect(told(read)).toEqual(['LEFT traits.birthPlace', 'LEFT identityStatus']);
  });
});

describe('names of a document', () => {
  const document = (names: string, ids = '<id root="2.999.1.10" extension="1"/>'): WireIdentity =>
    readRecordTarget(
      `<recordTarget xmlns="urn:hl7-org:v3"><patientRole>${ids}<patient>${names}</patient></patientRole></recordTarget>`,
    );
  const family = (text: string, qualifier?: string): string =>
    `<family${qualifier === undefined ? '' : ` qualifier="${qualifier}"`}>${text}</family>`;

  it('reads several qualifiers of one part', () => {
    const read = document(`<name>${family('MARTIN', 'BR CL')}<given qualifier="CL BR">ZOE</given></name>`);
    expect(read.patient.traits).toEqual({
      birthName: 'MARTIN',
      usedName: 'MARTIN',
      firstName: 'ZOE',
      usedFirstName: 'ZOE',
    });
    expect(told(read)).toEqual([]);
  });

  it('reads each given name in an element of its own', () => {
    const plain = document(`<name>${family('MARTIN', 'BR')}<given>ZOE</given><given>LOU</given></name>`);
    expect(plain.patient.traits.birthFirstNames).toEqual(['ZOE', 'LOU']);
    const birth = document(
      `<name>${family('MARTIN', 'BR')}<given qualifier="BR">ZOE</given><given qualifier="BR">LOU</given></name>`,
    );
    expect(birth.patient.traits).toMatchObject({ firstName: 'ZOE', birthFirstNames: ['ZOE', 'LOU'] });
    expect([told(plain), told(birth)]).toEqual([[], []]);
  });

  it('takes the legal name, wherever it stands, and tells the pseudonym', () => {
    const legal = `<name use="L">${family('MARTIN', 'BR')}<given qualifier="BR">ZOE</given></name>`;
    const artist = `<name use="P">${family('STAR')}<given>ZED</given></name>`;
    for (const names of [artist + legal, legal + artist]) {
      const read = document(names);
      expect(read.patient.traits).toEqual({ birthName: 'MARTIN', firstName: 'ZOE' });
      expect(told(read)).toEqual(['LEFT traits family', 'LEFT traits given']);
    }
  });

  it('takes from a second name what says what it is', () => {
    const read = document(`<name>${family('MARTIN', 'BR')}</name><name use="A">${family('DURAND', 'CL')}</name>`);
    expect(read.patient.traits).toEqual({ birthName: 'MARTIN', usedName: 'DURAND' });
    expect(told(read)).toEqual([]);
  });

  it('never drops the only family name', () => {
    const read = document(`<name>${family('MARTIN', 'AD')}<given>ZOE</given></name>`);
    expect(read.patient.traits).toEqual({ usedName: 'MARTIN', birthFirstNames: ['ZOE'] });
    const beside = document(`<name>${family('MARTIN', 'BR')}${family('PETIT', 'AD')}</name>`);
    expect(told(beside)).toEqual(['LEFT traits family']);
  });

  it('tells a name that is text alone, without guessing its parts', () => {
    const read = document('<name>MARTIN Zoé</name>');
    expect(read.patient.traits).toEqual({});
    expect(told(read)).toEqual(['LEFT traits name']);
  });

  it('keeps the other identifiers', () => {
    const read = document('', '<id root="2.999.1.10" extension="1"/><id root="2.999.7" extension="B7"/>');
    expect(read.otherIdentifiers).toEqual([{ value: 'B7', domain: '2.999.7', types: [] }]);
    expect(told(read)).toEqual(['LEFT localId']);
  });
});

describe('a FHIR patient', () => {
  const fhir = (members: object): WireIdentity =>
    readFhirPatient({ resourceType: 'Patient', ...members }, { dialect: 'identity-status' });
  const coded = (...codes: string[]): object => ({ coding: codes.map((code) => ({ code })) });
  const identifier = { system: `urn:oid:${insOid}`, value: nir };

  it('has an INS by any of the codings of its type', () => {
    const read = fhir({ identifier: [{ ...identifier, type: coded('NH-LOCAL', 'INS-NIR') }] });
    expect(read.patient.ins?.value).toBe(nir);
    expect(told(read)).toEqual([]);
  });

  it('keeps and tells the identifiers that are not taken, and a former INS that cannot be read', () => {
    const read = fhir({
      identifier: [
        { ...identifier, type: coded('NH') },
        { system: 'https://exemple.invalid/ipp', value: 'B7', type: coded('MR') },
        { ...identifier, value: '123', use: 'old', type: coded('INS-NIR') },
      ],
    });
    expect(read.otherIdentifiers).toEqual([
      { value: nir, domain: insOid, types: ['NH'] },
      { value: 'B7', domain: 'https://exemple.invalid/ipp', types: ['MR'] },
    ]);
    expect(told(read)).toEqual(['LEFT ins NH', 'LEFT localId MR', 'LEFT insHistory']);
  });

  it('reads several given names as the list, and a name without a use', () => {
    const read = fhir({ name: [{ family: 'MARTIN', given: ['ZOE', 'LOU'] }] });
    expect(read.patient.traits).toEqual({ birthName: 'MARTIN', firstName: 'ZOE', birthFirstNames: ['ZOE', 'LOU'] });
    expect(told(read)).toEqual([]);
  });

  it('tells the names that are not taken', () => {
    const read = fhir({
      name: [
        { use: 'official', family: 'MARTIN', given: ['ZOE'] },
        { use: 'maiden', family: 'DURAND' },
        { use: 'official', family: 'PETIT' },
      ],
    });
    expect(read.patient.traits.birthName).toBe('MARTIN');
    expect(told(read)).toEqual(['LEFT traits maiden', 'LEFT traits official']);
    expect(told(fhir({ name: [{ use: 'official', text: 'Zoé MARTIN' }] }))).toEqual(['LEFT traits official']);
  });
});
