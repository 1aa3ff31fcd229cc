import assert from 'node:assert/strict';

const nde = 'https://interop.esante.gouv.fr/ig/fhir/nde/StructureDefinition';
const nos = 'https://mos.esante.gouv.fr/NOS';

/** Alerts: subscription, messages as a platform keeps them, their withdrawal, the end. */
export function alertOperations({ playedBinding, camille, call, eventsOf, http, url }) {
  const { alerts } = playedBinding(url, http, { authorization: 'none', at: Date.now() });
  const facility = { finess: '990000028', name: "HOPITAL D'ESSAI" };
  const asked = (type) => ({
    type,
    facility,
    from: '2026-03-01T09:00:00Z',
    until: '2027-03-01T09:00:00Z',
    mailbox: 'dr.essai@medecin.mssante.fr',
  });
  const made = {};
  const told = {};
  const list = async (...types) => {
    const subscriptions = types.map((type) => ({ id: made[type].id, patient: camille.localId }));
    const { value } = await alerts.list({ subscriptions, since: '2020-01-01T00:00:00Z' }, call);
    return { ...eventsOf(value.messages, subscriptions), unread: value.unread };
  };
  const subscribe = (type) => ({
    name: `alerts.subscribe, ${type}`,
    send: async () => {
      made[type] = (await alerts.subscribe(camille, asked(type), call)).value;
      assert.equal(made[type].type, type);
      assert.equal(made[type].facility.name, facility.name);
    },
  });
  const tell = (name, type, more) => ({
    name: `alerts: the platform tells ${name}`,
    send: async () => {
      told[name] = await post(http, url, notification(made[type].id, type, more));
    },
  });

  return [
    subscribe('admission'),
    subscribe('discharge'),
    tell('an admission', 'admission', { at: '2026-03-02T08:30:00Z' }),
    tell('it again', 'admission', { at: '2026-03-02T09:30:00+01:00' }),
    tell('a discharge before it', 'discharge', { at: '2026-03-01T18:00:00+01:00' }),
    tell('one that was taken back', 'admission', { at: '2026-03-03T08:00:00Z', status: 'revoked' }),
    {
      name: 'alerts.list',
      send: async () => {
        const { alerts: found, cancelled, unread } = await list('admission', 'discharge');
        assert.deepEqual(
          found.map(({ type, occurredAt }) => [type, occurredAt]),
          [
            ['discharge', '2026-03-01T17:00:00Z'],
            ['admission', '2026-03-02T08:30:00Z'],
          ],
        );
        assert.deepEqual([cancelled.length, unread], [1, 0]);
        assert.equal(found[0].facility.ids[0].value, facility.finess);
      },
    },
    // Messages refer to it: the server keeps it, and it is switched off.
    { name: 'alerts.unsubscribe', refusals: [409], send: () => alerts.unsubscribe(made.admission.id, call) },
    { name: 'alerts.unsubscribe, again', refusals: [409], send: () => alerts.unsubscribe(made.admission.id, call) },
  ];
}

/** As flow 4 has it: profile nde-notificationrequest. */
function notification(subscription, type, { at, status = 'active' }) {
  const core = 'https://hl7.fr/ig/fhir/core';
  const typed = (code) => ({ coding: [{ system: `${core}/CodeSystem/fr-core-cs-v2-0203`, code }] });
  const event = {
    system: `${nos}/TRE_R254-TypeEvenement/FHIR/TRE-R254-TypeEvenement`,
    code: type === 'admission' ? 'ADM' : 'SOR',
  };
  return {
    resourceType: 'CommunicationRequest',
    meta: { profile: [`${nde}/nde-notificationrequest`] },
    contained: [
      {
        resourceType: 'Patient',
        id: 'pat',
        meta: { profile: [`${core}/StructureDefinition/fr-core-patient`] },
        name: [{ use: 'official', family: 'PATIENT-ESSAI', given: ['CAMILLE'] }],
      },
      {
        resourceType: 'Practitioner',
        id: 'ps',
        meta: { profile: [`${core}/StructureDefinition/fr-core-practitioner`] },
        identifier: [{ type: typed('RPPS'), system: 'https://rpps.esante.gouv.fr', value: '99700012349' }],
        name: [{ family: 'PRATICIEN-ESSAI', given: ['DOMINIQUE'] }],
      },
      {
        resourceType: 'Organization',
        id: 'es',
        meta: { profile: [`${core}/StructureDefinition/fr-core-organization`] },
        identifier: [{ type: typed('FINEG'), system: 'https://finess.esante.gouv.fr', value: '990000028' }],
        name: "HOPITAL D'ESSAI",
      },
    ],
    extension: [
      { url: `${nde}/event-type`, valueCodeableConcept: { coding: [event] } },
      { url: `${nde}/event-time`, valueDateTime: at },
    ],
    basedOn: [{ reference: `Subscription/${subscription}` }],
    status,
    medium: [
      {
        coding: [
          {
            system: `${nos}/TRE_R200-CanalCommunication/FHIR/TRE-R200-CanalCommunication`,
            code: '3',
            display: 'Courrier électronique',
          },
        ],
      },
    ],
    subject: { reference: '#pat' },
    payload: [{ contentString: "Évènement d'hospitalisation" }],
    requester: { reference: '#es' },
    recipient: [
      {
        extension: [{ url: `${nde}/recipient-endpoint`, valueUrl: 'mailto:dr.essai@medecin.mssante.fr' }],
        reference: '#ps',
      },
    ],
  };
}

async function post(http, url, resource) {
  const stream = await http.stream({
    method: 'POST',
    url: `${url}/${resource.resourceType}`,
    headers: { 'Content-Type': 'application/fhir+json', Accept: 'application/fhir+json' },
    body: Buffer.from(JSON.stringify(resource)),
  });
  let text = '';
  for await (const chunk of stream.body) text += Buffer.from(chunk).toString();
  assert.equal(stream.status, 201, text.slice(0, 2_000));
  return JSON.parse(text);
}
