import assert from 'node:assert/strict';

/** PIXm and PDQm: feed, merge, questions, pages. */
export function patientOperations({ transport, testing, http, url }) {
  const patients = transport.createFhirPatientIdentityClient({
    http,
    baseUrl: url,
    allowPatientInAddress: true,
    environment: 'test',
  });
  const zoe = testing.fictivePatient();
  const others = ['1', '2', '3', '4'].map((number) => ({
    ...zoe,
    localId: { system: '2.999.1.10', value: `REF,${number}` },
  }));
  const nobody = { system: zoe.localId.system, value: 'NOBODY' };

  return [
    { name: 'ITI-104 add', send: () => patients.feed({ event: 'add', patient: zoe }) },
    { name: 'ITI-104 revise', send: () => patients.feed({ event: 'revise', patient: zoe }) },
    ...others.map((patient, index) => ({
      name: `ITI-104 add, comma in the identifier, ${index + 1}`,
      send: () => patients.feed({ event: 'add', patient }),
    })),
    {
      name: 'ITI-104 merge',
      send: () => patients.feed({ event: 'merge', patient: zoe, replaces: others[3].localId }),
    },
    { name: 'ITI-83', send: () => patients.identifiers(zoe.localId) },
    {
      name: 'ITI-83, one domain',
      send: async () => {
        const { identifiers } = await patients.identifiers(others[0].localId, { domains: [zoe.ins.oid] });
        assert.equal(identifiers.length, 1);
      },
    },
    {
      name: 'ITI-83, nobody',
      refusals: [404],
      send: () => assert.rejects(patients.identifiers(nobody), { code: 'TE_NOT_FOUND' }),
    },
    {
      name: 'ITI-83, unknown domain',
      refusals: [403],
      send: () =>
        assert.rejects(patients.identifiers(zoe.localId, { domains: ['2.999.77'] }), { code: 'TE_CONFIG_INVALID' }),
    },
    {
      name: 'ITI-78, pages',
      send: async () => {
        const { candidates, total } = await patients.search(zoe.traits);
        assert.deepEqual([candidates.length, total], [5, 5]);
      },
    },
    { name: 'ITI-78, one identifier', send: () => patients.search({}, { identifier: zoe.localId }) },
    {
      name: 'ITI-78, domains',
      send: () => patients.search({ birthName: zoe.traits.birthName }, { domains: ['2.999.1.10', '2.999.1.1'] }),
    },
    { name: 'ITI-78, nobody', send: () => patients.search({ birthName: 'PERSONNE' }, { pageSize: 2 }) },
  ];
}
