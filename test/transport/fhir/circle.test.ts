import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { skipBecause } from '../../helpers/require-tool.ts';
import { call, camille, now, playedBinding } from './played-binding.ts';
import { bodyOf, scriptedServer } from './scripted-server.ts';

const base = 'https://fhir.example/r4';
const second = new Date(now).toISOString().replace('.000', '');
const secondBefore = new Date(now - 1_000).toISOString().replace('.000', '');

const set = (...resources: object[]): { body: object } => ({
  body: {
    resourceType: 'Bundle',
    type: 'searchset',
    total: 1,
    entry: resources.map((resource, index) => ({ resource, search: { mode: index === 0 ? 'match' : 'include' } })),
  },
});
const patient = {
  resourceType: 'Patient',
  id: 'pat-1',
  identifier: [{ system: 'urn:oid:2.999.1.10', value: 'PAT-000123' }],
};
const role = { resourceType: 'PractitionerRole', id: 'role-1', practitioner: { reference: 'Practitioner/ps-1' } };
const practitioner = {
  resourceType: 'Practitioner',
  id: 'ps-1',
  identifier: [{ system: 'https://rpps.esante.gouv.fr', value: '99700012349' }],
};

/** A circle of the caller alone, who is in it for this period. */
const circleOf = (period: object | undefined): object => ({
  resourceType: 'CareTeam',
  id: 'ct-1',
  meta: { versionId: '1' },
  status: 'active',
  subject: { reference: 'Patient/pat-1' },
  participant: [{ member: { reference: 'PractitionerRole/role-1' }, ...(period && { period }) }],
});

/** What is written when the caller leaves, and the membership when that was written. */
async function leave(period: object | undefined): Promise<{ period: unknown; membership: string | null }> {
  const options = { patientInAddress: false };
  const found = (team: object): { body: object } => set(team, patient, role, practitioner);
  const server = scriptedServer(set(patient), found(circleOf(period)), { body: '' });
  await playedBinding(base, server.http, options).careCircle!.leave!(camille, call);
  const written = JSON.parse(bodyOf(server.asked[2])) as { participant: { period?: unknown }[] };

  const after = scriptedServer(set(patient), found(written));
  const { value } = await playedBinding(base, after.http, options).dossier!.status!(camille, call);
  return { period: written.participant[0]?.period, membership: value.membership };
}

describe('who leaves a circle over FHIR', () => {
  it('is no member in the very second of the end: an end is part of its period', async () => {
    expect(await leave({ start: '2024-01-01' })).toEqual({
      period: { start: '2024-01-01', end: secondBefore },
      membership: 'not-member',
    });
  });

  it('has a period that ends no earlier than it began', async () => {
    expect(await leave({ start: second })).toEqual({
      period: { start: second, end: second },
      membership: 'not-member',
    });
    expect((await leave(undefined)).period).toEqual({ start: secondBefore, end: secondBefore });
  });
});

const data = join(process.env['TERR_DATA'] ?? '', 'fhir');
const isAbsent = process.env['TERR_DATA'] === undefined || !existsSync(join(data, 'ans-cds-2.0.1/examples'));
if (isAbsent) skipBecause('TERR_DATA has no examples of Cercle de soins');
const example = (name: string): { id: string } => JSON.parse(readFileSync(join(data, name), 'utf8')) as { id: string };

describe.skipIf(isAbsent)('the published examples', () => {
  it('of a care circle are read: both members, what the relative is, how to reach him', async () => {
    const names = ['CareTeam-cds-careteam', 'Patient-cds-patient', 'RelatedPerson-cds-relatedperson'];
    const [team, person, relative, structure] = [...names, 'Organization-cds-organization'].map((name) =>
      example(`ans-cds-2.0.1/examples/${name}-example.json`),
    );
    const known = { ...patient, id: person!.id };
    const { http } = scriptedServer(set(known), set(team!, person!, relative!, structure!));
    const circle = (await playedBinding(base, http, { patientInAddress: false }).careCircle!.get!(camille, call)).value;

    expect(circle).toEqual({
      id: 'cds-careteam-example',
      version: null,
      blocked: [],
      members: [
        {
          reference: 'RelatedPerson/cds-relatedperson-example',
          kind: 'relative',
          ids: [{ system: 'https://fake-system', value: 'id-relatedPerson-12' }],
          displayName: 'Alex PROCHE-ESSAI',
          role: 'ECON',
          contacts: [{ system: 'phone', value: '0199001234' }],
          since: '2013-01-11T23:00:00Z',
          until: null,
        },
        {
          reference: 'Organization/cds-organization-example',
          kind: 'structure',
          ids: [],
          displayName: "Cabinet d'essai",
          role: null,
          contacts: [],
          since: '2013-01-11T23:00:00Z',
          until: '2032-12-18T12:48:20Z',
        },
      ],
    });
  });

  it('of a consent is read', async () => {
    const consent = { ...example('minimal/consent-pcf-basic.json'), id: 'consent-1' };
    const { http } = scriptedServer(set(patient), set(consent));
    const policies = { 'dossier-creation': 'https://platform.example/policies/dossier-creation' };
    const options = { patientInAddress: false, consentPolicies: policies };
    expect((await playedBinding(base, http, options).consent!.list!(camille, call)).value).toEqual([
      {
        id: '0d6f6c0e-8f30-4f58-8a55-0000000000c1',
        kinds: ['dossier-creation'],
        givenBy: 'patient',
        mode: null,
        collectedAt: '2026-03-01T09:14:00Z',
        status: 'active',
        withdrawnAt: null,
      },
    ]);
  });
});
