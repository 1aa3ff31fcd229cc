/*
 * The submissions for the metadata validators of the NIST toolkit: the metadata of an archive and of an ITI-41 request for
 * each kind of document, and the two updates of ITI-57. Each has a name, the context it is judged in, and its XML.
 */

const sourceId = '2.999.1.10';
const known = 'urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d';
const outpatients = { code: '07', codeSystem: '1.2.250.1.213.2.2', displayName: 'Consultations soins externes' };

/** Faults that a judge must find, so that its silence says something. */
export const controls = [
  ['a hash with another letter', (xml) => xml.replace(/(name="hash"><rim:ValueList><rim:Value>)./, '$1x')],
  [
    'no type code',
    (xml) => xml.replaceAll('f0306f51-975f-434e-a61c-c59651d33983', 'f0306f51-975f-434e-a61c-c59651d33984'),
  ],
  ['a member that is not there', (xml) => xml.replace(/targetObject="[^"]*"/, 'targetObject="Document99"')],
  ['two patients', (xml) => xml.replace(/\d{15}\^\^\^/, '123456789012345^^^')],
];

/** @param sdk - the modules `documents`, `auth` and `testing` of the library */
export async function submissions({ documents, auth, testing }) {
  const common = {
    patient: testing.fictivePatient(),
    author: {
      professional: testing.fictiveProfessional(),
      structure: testing.fictiveStructure(),
      functionCode: 'PCP',
    },
    patientConsent: true,
  };
  const pdf = testing.demoLetterPdf();
  const content = { problems: 'none', allergies: 'none', treatments: 'none' };
  const letter = await documents.buildLetter({ ...common, pdf });
  const report = await documents.buildReport({ ...common, pdf });

  const single = {
    letter,
    report,
    prescription: await documents.buildPrescription({ ...common, pdf }),
    'VSM, coded': await documents.buildVsm({ ...common, content }),
    'VSM, printed': await documents.buildVsm({ ...common, pdf }),
  };
  const made = Object.entries(single).map(([name, document]) => [
    name,
    documents.createSubmission([document], { sourceId }),
  ]);

  const rich = documents.createSubmission([letter, report], {
    sourceId,
    title: 'Deux documents',
    comments: 'Avec tout ce que les métadonnées peuvent dire.',
    folders: [{ title: 'Suivi', codes: [letter.header.type] }],
    details: {
      [letter.header.uniqueId]: {
        comments: 'Corrigé',
        relations: [{ kind: 'replaces', entryUuid: known }],
      },
    },
  });
  const { pfx, password } = (await testing.createTestHierarchy()).professional.signature;
  const signed = await documents.signSubmission(rich, await auth.createPkcs12Provider({ pfx, password }));

  const written = [...made, ['two documents, folder, replacement', rich], ['the same, signed', signed]].flatMap(
    ([name, submission]) => [
      { name: `${name}, XDM`, context: 'xdm', xml: Buffer.from(documents.writeMetadata(submission)).toString() },
      { name: `${name}, ITI-41`, context: 'xds', xml: documents.writeProvideAndRegister(submission).body },
    ],
  );
  return [...written, ...updates(documents, made[0][1])];
}

function updates(documents, { submissionSet, documents: [{ entry }] }) {
  // As a registry gives it.
  const registered = { ...entry, entryUuid: known, logicalId: known, version: '1', repositoryUniqueId: '2.999.43' };
  const options = { author: submissionSet.authors[0], sourceId, contentType: outpatients };
  const visibility = { hiddenFromProfessionals: true, hiddenFromPatient: false, hiddenFromLegalRepresentatives: false };
  const status = (from, to) => documents.writeStatusUpdate(registered, { from, to }, options);

  return [
    ['status to Deleted, ITI-57', status('approved', 'deleted')],
    ['status to Archived, ITI-57', status('approved', 'archived')],
    ['status to Approved, ITI-57', status('archived', 'approved')],
    ['visibility, ITI-57', documents.writeVisibilityUpdate(registered, visibility, options)],
  ].map(([name, bytes]) => ({ name, context: 'update', xml: Buffer.from(bytes).toString() }));
}
