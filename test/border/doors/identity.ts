import * as identity from '../../../src/identity/index.ts';
import * as nationalId from '../../../src/identity/national-id/index.ts';
import * as reference from '../../../src/identity/reference/index.ts';
import * as status from '../../../src/identity/status/index.ts';
import * as wire from '../../../src/identity/wire/index.ts';
import { systemRuntime } from '../../../src/internal/runtime.ts';
import { createInsiServer } from '../../../src/simulator/index.ts';
import * as transport from '../../../src/transport/index.ts';
import { fictivePatient } from '../../../src/testing/index.ts';
import { door, type Door, type DoorSet } from '../door.ts';

const patient = {
  ...fictivePatient(),
  identityStatus: 'QUAL' as const,
  identityAttributes: [],
  insHistory: [fictivePatient().ins],
};
const { ins, traits } = patient;
const runtime = systemRuntime;

const lookup = reference.createCountryLookup();
const communes = reference.createCommuneLookup([
  { code: '75101', nom: 'Paris 1er Arrondissement', codesPostaux: ['75001'], anciensCodes: ['75001'] },
]);
const simulated = { environment: 'simulator' } as const;

function identityDoors(): readonly Door[] {
  const completeness = { environment: 'simulator', lookup, requireLocalId: true, runtime } as const;
  return [
    door('identity.buildInsDatamatrix', identity.buildInsDatamatrix, [patient, simulated], '1'),
    door('identity.canTransmitIns', identity.canTransmitIns, [patient, completeness], '1'),
    door(
      'identity.checkCoherence',
      identity.checkCoherence,
      [
        { value: ins.value, oid: ins.oid },
        { birthDate: '1985-05-12', birthDateInterpreted: false, birthPlace: '63220', sex: 'F' as const },
        { algeriaUntil: 1962, moroccoTunisiaUntil: 1964 },
      ],
      '2',
    ),
    door('identity.checkCompleteness', identity.checkCompleteness, [patient, completeness], '1'),
    door('identity.checkIdentityStatus', identity.checkIdentityStatus, [
      { status: 'QUAL', ins: true, attributes: ['HOMA'], transmitMatricule: false },
    ]),
    door('identity.checkIns', identity.checkIns, [ins.value, { wrongKey: 'warning' }], '1'),
    door('identity.checkInsTransmission', identity.checkInsTransmission, [patient, completeness], '1'),
    door('identity.compareIdentities', identity.compareIdentities, [patient, fictivePatient()]),
    door('identity.completeBirthDate', identity.completeBirthDate, [{ year: 1985, month: 5, day: null }]),
    door('identity.findDuplicates', identity.findDuplicates, [[patient, fictivePatient()]]),
    door('identity.findInsOid', identity.findInsOid, [ins.oid]),
    door('identity.insKey', identity.insKey, [ins.value.slice(0, 13)]),
    door('identity.isFirstGivenNameOf', identity.isFirstGivenNameOf, ['ANNE', ['ANNE', 'LISE']]),
    door('identity.normalizeBirthName', identity.normalizeBirthName, ["D'Été", { collapse: true }], '1'),
    door('identity.normalizeGivenName', identity.normalizeGivenName, ['Anne-Lise', { collapse: true }], '1'),
    door(
      'identity.parseIns',
      identity.parseIns,
      [ins.value, { wrongKey: 'error', oid: ins.oid, environment: 'simulator' }],
      '1',
    ),
    door(
      'identity.parseInsDatamatrix',
      identity.parseInsDatamatrix,
      [identity.buildInsDatamatrix(patient, { environment: 'simulator' }), { strict: false, environment: 'simulator' }],
      '1',
    ),
  ];
}

function otherDoors(): readonly Door[] {
  const state = status.createIdentityState({ status: 'RECUP', ins });
  const unknown = status.createIdentityState({ status: 'PROV' });
  const place = { city: 'PARIS', postalCode: '75001', countryInsee: '99109' };
  return [
    door(
      'identity/national-id.checkProfessionalId',
      nationalId.checkProfessionalId,
      ['899900000011', { wrongKey: 'warning' }],
      '1',
    ),
    door('identity/national-id.checkRpps', nationalId.checkRpps, ['99900000011', { wrongKey: 'warning' }], '1'),
    door('identity/national-id.checkStructureId', nationalId.checkStructureId, ['1750000001']),
    door('identity/national-id.composeProfessionalId', nationalId.composeProfessionalId, [
      { kind: 'RPPS', number: '99900000011' },
    ]),
    door('identity/national-id.composeStructureId', nationalId.composeStructureId, [
      { kind: 'FINESS', number: '750000001' },
    ]),
    door('identity/national-id.parseProfessionalId', nationalId.parseProfessionalId, ['899900000011']),
    door('identity/national-id.parseStructureId', nationalId.parseStructureId, ['1750000001']),
    door('identity/reference.combineLookups', reference.combineLookups, [lookup, lookup]),
    door('identity/reference.createCommuneLookup', reference.createCommuneLookup, [
      [{ code: '63220', nom: 'MONTEL', codesPostaux: ['63000'], anciensCodes: ['63221'] }],
    ]),
    door('CogLookup.relation', (...a: Parameters<NonNullable<typeof communes.relation>>) => communes.relation?.(...a), [
      '75056',
      '75101',
    ]),
    door('identity/reference.createCountryLookup', reference.createCountryLookup, []),
    door('identity/reference.loadCommuneLookup', reference.loadCommuneLookup, []),
    door('identity/reference.resolveBirthPlace', reference.resolveBirthPlace, [place, lookup, '1985-05-12']),
    door<Parameters<typeof lookup.has>>('CogLookup.has', (...a) => lookup.has(...a), ['99109', '1985-05-12']),
    door<Parameters<typeof lookup.label>>('CogLookup.label', (...a) => lookup.label(...a), ['99109']),
    door<Parameters<typeof lookup.search>>('CogLookup.search', (...a) => lookup.search(...a), ['75001', 'PARIS']),
    door<Parameters<typeof lookup.has>>('CogLookup.has', (...a) => communes.has(...a), ['75101', '1985-05-12']),
    door<Parameters<typeof lookup.label>>('CogLookup.label', (...a) => communes.label(...a), ['75101']),
    door<Parameters<typeof lookup.search>>('CogLookup.search', (...a) => communes.search(...a), ['75001', 'PARIS']),
    door('identity/status.createIdentityState', status.createIdentityState, [
      { status: 'QUAL', ins, insHistory: [ins], attributes: [] },
    ]),
    door('identity/status.moveIdentity', status.moveIdentity, [
      state,
      { type: 'verified', proof: 'PA', acceptedProofs: ['PA'] },
    ]),
    door('identity/status.moveIdentity', status.moveIdentity, [unknown, { type: 'ins-retrieved', ins }]),
    door('identity/status.moveIdentity', status.moveIdentity, [state, { type: 'attribute-set', attribute: 'HOMA' }]),
  ];
}

function wireDoors(): readonly Door[] {
  const write = { environment: 'simulator' } as const;
  const writePid = {
    ...write,
    dialect: 'rniv2',
    indeterminateSex: 'U',
    localNamespace: 'X',
    niaNamespace: 'Y',
  } as const;
  const writeFhir = { ...write, dialect: 'v2-0445', lastUpdated: '2026-03-01T09:30:00Z' } as const;
  return [
    door(
      'identity/wire.readFhirPatient',
      wire.readFhirPatient,
      [wire.writeFhirPatient(patient, writeFhir), { dialect: 'v2-0445' }],
      '1',
    ),
    door('identity/wire.readPatientCx', wire.readPatientCx, [wire.writeInsCx(patient, write)]),
    door('identity/wire.readPid', wire.readPid, [wire.writePid(patient, writePid), { dialect: 'rniv2' }], '1'),
    door('identity/wire.readRecordTarget', wire.readRecordTarget, [wire.writeRecordTarget(patient, write)]),
    door('identity/wire.writeFhirPatient', wire.writeFhirPatient, [patient, writeFhir], '1'),
    door('identity/wire.writeInsCx', wire.writeInsCx, [patient, write], '1'),
    door('identity/wire.writeLocalCx', wire.writeLocalCx, [patient.localId]),
    door('identity/wire.writePid', wire.writePid, [patient, writePid], '1'),
    door('identity/wire.writeRecordTarget', wire.writeRecordTarget, [patient, write], '1'),
  ];
}

async function insiDoors(): Promise<DoorSet> {
  const server = await createInsiServer({ authorizationNumbers: ['CANARI'], people: [fictivePatient()] });
  const http = transport.createHttpClient({ allowClearLoopback: true });
  const config: transport.InsiClientConfig = {
    endpoint: server.url,
    environment: 'simulator',
    http,
    assertion: async () => '<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion"></Assertion>',
    verifier: {
      verify: async () => ({ outcome: 'match', serviceCode: '1', label: null }),
      verifyBatch: async (patients) => patients.map(() => ({ outcome: 'match', serviceCode: '1', label: null })),
    },
    sender: {
      authorizationNumber: 'CANARI',
      emitter: 'E',
      instanceId: '5f2c9a70-6f0e-4d0b-9d0e-2b7f3f1f0a11',
      softwareName: 'L',
      softwareVersion: '1',
    },
    timeoutMs: 3_000,
    runtime,
  };
  const port = transport.createInsiClient(config);
  const options = { timeoutMs: 3_000 };
  const { birthName = '', birthDate = '', firstName = '' } = traits;
  const byTraits: transport.InsiTraitsQuery = {
    birthName,
    firstNames: [firstName],
    birthDate,
    sex: 'F',
    birthPlace: '63220',
  };
  const holder = { body: ins.value.slice(0, 13), key: ins.value.slice(13), type: '01' };
  const byVitale: transport.InsiVitaleQuery = {
    birthName,
    birthDate,
    birthRank: '1',
    holder,
    individual: holder,
  };
  return {
    doors: [
      door('transport.createInsiClient', transport.createInsiClient, [config], '0'),
      door(
        'InsiPort.searchByTraits',
        (...a: Parameters<typeof port.searchByTraits>) => port.searchByTraits(...a),
        [byTraits, options],
        '1',
      ),
      door(
        'InsiPort.searchByVitale',
        (...a: Parameters<typeof port.searchByVitale>) => port.searchByVitale(...a),
        [byVitale, options],
        '1',
      ),
      door('InsiPort.verify', (...a: Parameters<typeof port.verify>) => port.verify(...a), [patient, options], '1'),
      door(
        'InsiPort.verifyBatch',
        (...a: Parameters<typeof port.verifyBatch>) => port.verifyBatch(...a),
        [[patient], options],
        '1',
      ),
    ],
    close: async () => {
      await http.close();
      await server.close();
    },
  };
}

export async function identitySet(): Promise<DoorSet> {
  const { doors, close } = await insiDoors();
  return { doors: [...identityDoors(), ...otherDoors(), ...wireDoors(), ...doors], ...(close && { close }) };
}
