import assert from 'node:assert/strict';

import { ask, bindingOf, call, consentFor, isTransaction, racing, statusOf } from './binding.mjs';

const cds = 'https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition';

/** The care circle of a patient who has one, and its members. */
export function circleOperations(world, { binding, patient, made }) {
  const addition = (more) => ({
    consent: consentFor({ kinds: ['join-circle'] }),
    kind: 'relative',
    reference: null,
    ids: [],
    familyName: 'PROCHE-ESSAI',
    givenName: 'ALEX',
    role: 'ECON',
    contacts: [{ system: 'phone', value: '0199001234' }],
    ...more,
  });
  const add = async (more, by = binding) => (await by.careCircle.addMember(patient, addition(more), call)).value;
  const members = async () => (await binding.careCircle.get(patient, call)).value.members;
  const teamUrl = () => `${world.url}/CareTeam/${made.id}`;
  const team = () => ask(world, 'GET', teamUrl());
  const noted = (text) => (resource) => ({ ...resource, note: [...(resource.note ?? []), { text }] });

  return [
    {
      name: 'careCircle.addMember, a relative',
      send: async () => {
        const { members: found } = await add();
        assert.deepEqual(found.map(({ kind }) => kind).sort(), ['professional', 'relative']);
      },
    },
    {
      name: 'careCircle.addMember, a professional, while another writes',
      refusals: [409, 412],
      send: async () => {
        const by = bindingOf(world, { http: racing(world, isTransaction, teamUrl(), noted('Entre-temps')) });
        const ids = [{ system: '1.2.250.1.71.4.2.1', value: '899900000029' }];
        const more = { kind: 'professional', ids, familyName: 'SECOND', givenName: 'SACHA', role: 'ADMPHYS' };
        const { members: found } = await add({ ...more, contacts: [] }, by);
        assert.equal(found.filter(({ kind }) => kind === 'professional').length, 2);
        assert.deepEqual(
          (await team()).note.map(({ text }) => text),
          ['Entre-temps'],
        );
      },
    },
    {
      name: 'careCircle.addMember, a structure that the server knows',
      send: async () => {
        const { id } = await ask(world, 'POST', `${world.url}/Organization`, organization);
        const more = { kind: 'structure', reference: `Organization/${id}`, familyName: null, role: null };
        const structure = (await add(more)).members.find(({ kind }) => kind === 'structure');
        assert.deepEqual([structure.displayName, structure.until], [organization.name, null]);
      },
    },
    {
      name: 'careCircle.removeMember',
      send: async () => {
        const { reference } = (await members()).find(({ kind }) => kind === 'relative');
        const { value } = await binding.careCircle.removeMember(patient, reference, call);
        const removed = value.members.find((member) => member.reference === reference);
        assert.ok(Date.parse(removed.until) <= Date.now());
      },
    },
    {
      name: 'careCircle.leave, while another writes',
      refusals: [409, 412],
      send: async () => {
        const isPut = ({ method }) => method === 'PUT';
        const by = bindingOf(world, { http: racing(world, isPut, teamUrl(), noted('Encore')) });
        await by.careCircle.leave(patient, call);
        assert.equal((await statusOf(binding, patient)).membership, 'not-member');
        assert.equal((await team()).note.length, 2);
      },
    },
    {
      name: 'careCircle.leave, again',
      send: async () => {
        const { versionId } = (await team()).meta;
        assert.equal((await binding.careCircle.leave(patient, call)).value.version, versionId);
      },
    },
    {
      name: 'careCircle.join',
      send: async () => {
        const before = (await members()).length;
        const joining = { consent: consentFor({ kinds: ['join-circle'] }), role: 'PCP' };
        const { value } = await binding.careCircle.join(patient, joining, call);
        assert.equal(value.members.length, before + 1);
        assert.equal((await statusOf(binding, patient)).membership, 'member');
        const again = (await binding.careCircle.join(patient, joining, call)).value;
        assert.deepEqual([again.version, again.members.length], [value.version, before + 1]);
      },
    },
    {
      name: 'the circle, whole, under its profile',
      send: async () => {
        const answer = await ask(world, 'POST', `${world.url}/CareTeam/$validate`, await team());
        const errors = answer.issue.filter(({ severity }) => ['error', 'fatal'].includes(severity));
        assert.deepEqual(errors, []);
      },
    },
  ];
}

const organization = {
  resourceType: 'Organization',
  meta: { profile: [`${cds}/cds-organization`] },
  identifier: [
    {
      use: 'official',
      type: { coding: [{ system: 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203', code: 'FINEG' }] },
      system: 'https://finess.esante.gouv.fr',
      value: '990000028',
    },
  ],
  active: true,
  name: "HOPITAL D'ESSAI",
};
