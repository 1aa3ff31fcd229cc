/*
 * The requests of PIX and PDQ for the IHE referee: 20 and more of each transaction. Each has a name, the transaction under
 * which the referee logs it, and what sends it; one that the referee refuses rejects.
 */

const sender = '2.999.1.10.1';
const receiver = '2.999.1.1';

/**
 * @param url - address of the referee
 * @param sdk - `terr-esante-sdk/transport` and `terr-esante-sdk/testing`
 */
export function patientRequests(url, { transport, testing, http }) {
  const client = transport.createPatientIdentityClient({
    http,
    endpoints: { feed: `${url}/iti44`, query: `${url}/iti45`, search: `${url}/iti47` },
    sender,
    receiver,
    environment: 'test',
  });
  const people = varied(testing.fictivePatients(8));

  const feeds = people.flatMap((patient, place) => [
    { name: `add ${place}`, transaction: 'ITI-44', send: () => client.feed({ event: 'add', patient }) },
    { name: `revise ${place}`, transaction: 'ITI-44', send: () => client.feed({ event: 'revise', patient }) },
    {
      name: `merge ${place}`,
      transaction: 'ITI-44',
      send: () => client.feed({ event: 'merge', patient, replaces: { ...patient.localId, value: `OLD-${place}` } }),
    },
  ]);
  const queries = people.flatMap(({ localId }, place) =>
    [[], ['1.2.250.1.213.1.4.10'], ['2.999.7', '2.999.8']].map((domains) => ({
      name: `identifiers ${place} in ${domains.length} domains`,
      transaction: 'ITI-45',
      send: () => client.identifiers(localId, { domains }),
    })),
  );
  const qualified = people.filter(({ identityStatus }) => identityStatus === 'QUAL');
  const byIns = qualified.map((patient, place) => ({
    name: `search ${place} by the INS`,
    transaction: 'ITI-47',
    send: () => client.search({}, { identifier: patient }),
  }));
  const searches = people.flatMap(({ traits, localId }, place) => {
    const { birthName, firstName, birthDate, sex } = traits;
    const criteria = [
      [{ birthName, firstName, birthDate, sex }, {}],
      [{ birthName }, { pageSize: 2, domains: [localId.system] }],
      [{ birthDate }, { identifier: localId }],
    ];
    return criteria.map(([asked, options], kind) => ({
      name: `search ${place} by criteria ${kind}`,
      transaction: 'ITI-47',
      send: () => client.search(asked, options),
    }));
  });
  return [...feeds, ...queries, ...searches, ...byIns];
}

/** People with what a message may have to bear: accents, signs, another status, another sex, births abroad. */
function varied(people) {
  const changes = [
    { birthName: "D'ÉTÉ-ÇÀ", firstName: 'Zoé' },
    { usedName: 'NOM USAGE', usedFirstName: 'PRÉNOM' },
    { birthPlace: { countryInsee: '99109' } },
    { birthPlace: { postalCode: '75012', city: 'PARIS' } },
    { sex: 'I' },
  ];
  return people.map((patient, place) => {
    const change = changes[place];
    if (change === undefined) return patient;
    return { ...patient, identityStatus: 'VALI', traits: { ...patient.traits, ...change } };
  });
}
