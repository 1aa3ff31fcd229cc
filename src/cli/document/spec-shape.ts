import { documentKinds, type DocumentKind } from '../../documents/index.ts';
import { either, flag, list, number, object, text, word, yes, type Shape } from './shape.ts';

const coded = object({ code: text, codeSystem: text, displayName: text });
const label = object({ code: text, displayName: text });
const identifier = object({ system: text, value: text });
const ins = object({ value: text, oid: text }, { kind: word('NIR', 'NIA') });

const patient = object(
  {
    traits: object(
      {},
      {
        birthName: text,
        firstName: text,
        birthFirstNames: list(text),
        usedName: text,
        usedFirstName: text,
        birthDate: text,
        birthDateInterpreted: flag,
        sex: text,
        birthPlace: object({}, { countryInsee: text, postalCode: text, communeInsee: text, city: text }),
      },
    ),
  },
  { localId: identifier, ins, identityStatus: text, identityAttributes: list(text), insHistory: list(ins) },
);

const addressParts: Readonly<Record<string, Shape>> = {
  houseNumber: text,
  houseNumberNumeric: text,
  streetName: text,
  streetNameType: text,
  additionalLocator: text,
  unitID: text,
  postBox: text,
  precinct: text,
  postalCode: text,
  city: text,
  county: text,
  state: text,
  country: text,
};
const contact = {
  telecoms: list(object({ value: text }, { use: word('H', 'HP', 'HV', 'WP', 'DIR', 'PUB', 'EC', 'MC', 'PG') })),
  address: object({}, { use: word('H', 'HP', 'HV', 'WP', 'TMP'), lines: list(text), parts: object({}, addressParts) }),
};

const professional = object(
  { nationalId: text, familyName: text, professionCode: text },
  { givenName: text, civility: text, title: text, specialtyCode: text },
);
const structure = object({ nationalId: text, name: text, activitySector: text, practiceSetting: text });
const personName = object({ family: text }, { given: text, civility: word('M', 'MME') });

const part = object({ professional, structure }, { time: text, ...contact });
const role = object(
  { professional, structure },
  { time: text, functionCode: text, assuranceMaladieId: text, ...contact },
);
const author = either(
  object({ patient: yes }, { time: text }),
  object(
    { device: object({ id: identifier, model: text, software: text }), structure, specialty: text },
    { time: text, ...contact },
  ),
  role,
);
const act = object({}, { code: coded, start: text, stop: text, performer: role });

const base: Readonly<Record<string, Shape>> = {
  codeSet: word('eo-9.05', 'current'),
  classCode: text,
  title: text,
  confidentiality: word('N', 'R', 'V'),
  visibility: object(
    {},
    { hiddenFromPatient: flag, hiddenFromProfessionals: flag, hiddenFromLegalRepresentatives: flag },
  ),
  consentRequired: flag,
  effectiveTime: text,
  uniqueId: text,
  setId: text,
  replaces: object({ uniqueId: text, setId: text, versionNumber: number }),
  languageCode: text,
  environment: word('production', 'test', 'simulator'),
  patientDetails: object(
    {},
    {
      guardians: list(
        either(
          object({ structure }, { relation: text, ...contact }),
          object({ name: personName }, { relation: text, ...contact }),
        ),
      ),
      deceased: either(flag, object({ time: text })),
      multipleBirth: either(flag, object({ order: number })),
      ...contact,
    },
  ),
  otherAuthors: list(author),
  dataEnterer: part,
  informants: list(
    either(
      part,
      object(
        { classCode: word('ECON', 'NOK', 'CON', 'CAREGIVER', 'PAT'), name: personName },
        { relation: text, ...contact },
      ),
    ),
  ),
  custodian: object({ structure }, contact),
  recipients: list(object({ professional }, { structure, ...contact })),
  legalAuthenticator: part,
  authenticators: list(part),
  participants: list(
    object(
      { typeCode: text, professional },
      { functionCode: text, structure, classCode: word('PROV', 'AGNT'), start: text, stop: text, ...contact },
    ),
  ),
  act,
  otherActs: list(act),
  encounter: object({}, { id: identifier, code: text, start: text, stop: text, facilityType: text, responsible: part }),
  metadata: object({}, { comments: text, referenceIds: list(object({ id: text, authority: text, type: text })) }),
  mail: object(
    { from: object({ address: text }, { label: text }), to: text },
    { replyTo: text, nil: text, label: text, subject: word('extended', 'short'), pdfCopy: flag, requestReport: flag },
  ),
};

const submission = object(
  { sourceId: text },
  { uniqueId: text, title: text, comments: text, intendedRecipients: list(text), contentType: coded },
);

const listOrNone = (of: Shape): Shape => either(list(of), word('none'));
const status = word('active', 'suspended', 'aborted', 'completed');
const problem = object({ text }, { code: label, start: text, end: text, status });

const vsmContent = object(
  {},
  {
    problems: listOrNone(problem),
    medicalHistory: listOrNone(problem),
    surgicalHistory: listOrNone(object({ text }, { code: label, date: text })),
    allergies: listOrNone(
      object({ text }, { kind: label, agent: object({ text }, { code: coded }), start: text, end: text, status }),
    ),
    habits: listOrNone(
      object(
        { text },
        { code: label, since: text, value: either(object({ coded }), object({ quantity: number, unit: text })) },
      ),
    ),
    occupationalRisks: listOrNone(text),
    familyHistory: listOrNone(object({ text, relation: text }, { code: label, date: text })),
    vigilance: listOrNone(text),
    treatments: listOrNone(
      object(
        { name: text },
        {
          product: object({ code: text, displayName: text }, { cip: label }),
          start: text,
          end: text,
          dosage: text,
          every: object({ value: number, unit: word('h', 'd', 'wk', 'mo') }),
          dose: object({ low: number, unit: text }, { high: number }),
          route: label,
          reason: object({ text, code: label }),
        },
      ),
    ),
  },
);

const common = { kind: text, patient, author, patientConsent: flag, submission };
const treatingDoctor = object({ professional, structure });

/** What a specification of a kind may hold, from what the kind holds. */
export function shapeOf(kind: DocumentKind): Shape {
  const { body, typeIsFixed } = documentKinds[kind];

  switch (body) {
    case 'pdf':
      return object({ ...common, pdf: text }, typeIsFixed ? base : { ...base, type: text });
    case 'summary':
      return object({ ...common, content: vsmContent }, { ...base, pdf: text, treatingDoctor });
    case 'pdf-or-text':
      return either(
        object({ ...common, type: text, text }, { ...base, contentLanguageCode: text }),
        object({ ...common, type: text, pdf: text }, { ...base, contentLanguageCode: text }),
      );
  }
}
