/*
 * The IHE referee with `--strict` judges plain IHE: what France asks for beyond it is refused. A submission is made plain
 * here, and each French value alone in one is shown to be refused, which is the list of the differences.
 */

/** The French values: where each is, and how plain IHE writes it. A new one is a row. */
export const frenchValues = [
  {
    name: 'CX.5 NH of patientId',
    reason: 'CI-SIS, volet Partage de documents de santé, patientId: the type NH is given with an INS',
    plain: ({ submissionSet, documents }) => ({
      submissionSet: { ...submissionSet, patientId: untyped(submissionSet.patientId) },
      documents: changed(documents, ({ patientId }) => ({ patientId: untyped(patientId) })),
    }),
  },
  {
    name: 'CX.5 PI of sourcePatientId',
    reason: 'CI-SIS, volet Partage de documents de santé, sourcePatientId: the type PI is given',
    plain: ({ submissionSet, documents }) => ({
      submissionSet,
      documents: changed(documents, ({ sourcePatientId }) => ({ sourcePatientId: untyped(sourcePatientId) })),
    }),
  },
  {
    name: 'XON.7 IDNST of authorInstitution',
    reason: 'CI-SIS, volet Partage de documents de santé, XON: the type of the structure identifier is given',
    plain: withAuthors((author) => ({
      ...author,
      institution: author.institution && { ...author.institution, idType: '' },
    })),
  },
  {
    name: 'authorSpecialty of three components',
    reason: 'CI-SIS, volet Partage de documents de santé, authorSpecialty: code^label^OID',
    plain: withAuthors((author) => ({ ...author, specialties: [] })),
  },
];

/** The same in requests about what is registered: `entry` is of the registry, `by` who updates. A new one is a row. */
export const frenchRequests = [
  {
    name: 'CX.5 NH in a query',
    reason: 'CI-SIS, volet Partage de documents de santé: a query names the patient as the entries do',
    send: (xds, { patientId }) => xds.findDocuments({ patientId: `${patientId}^NH` }).all(),
  },
  ...['archived', 'deleted'].map((status) => ({
    name: `status ${status}`,
    reason: 'CI-SIS, volet Partage de documents de santé, availabilityStatus: two statuses more than IHE has',
    send: (xds, entry, by) => xds.updateMetadata({ entry, status, by }),
  })),
];

/** The submission without the French values, save one: `kept` is its name. */
export function plainSubmission(submission, kept = null) {
  const rows = frenchValues.filter(({ name }) => name !== kept);
  return rows.reduce((made, { plain }) => ({ ...made, ...plain(made) }), submission);
}

function untyped(cx) {
  return cx.replace(/\^(?:NH|PI)$/, '');
}

function changed(documents, change) {
  return documents.map((document) => ({ ...document, entry: { ...document.entry, ...change(document.entry) } }));
}

function withAuthors(change) {
  return ({ submissionSet, documents }) => ({
    submissionSet: { ...submissionSet, authors: submissionSet.authors.map(change) },
    documents: changed(documents, ({ authors }) => ({ authors: authors.map(change) })),
  });
}
