import { deposit, every, isDone, must, refused, should, type ScenarioRow } from '../row.ts';

const traits = [{ doc: "Guide d'intégration Terr-eSanté", section: 'Cinq traits', grade: 'S' as const }];
const rniv = [
  { doc: "Référentiel national d'identitovigilance", section: "Utilisation de l'INS", grade: 'N' as const },
];
const ins = [{ doc: 'Référentiel INS v2', section: 'Matricule et OID', grade: 'N' as const }];

const missing = (
  [
    ['a', 'birthName', ['nom de naissance', 'nom']],
    ['b', 'firstName', ['prénom']],
    ['c', 'birthDate', ['date de naissance']],
    ['d', 'sex', ['sexe']],
    ['e', 'birthPlace', ['lieu de naissance']],
  ] as const
).map(([variant, trait, words]): ScenarioRow => ({
  id: `IDT-02${variant}`,
  title: { fr: `Trait absent : ${words[0]}`, en: `Missing trait: ${trait}` },
  purpose: {
    fr: `Sans ${words[0]}, rien ne part, et c'est ce trait qui est nommé.`,
    en: 'Without it nothing leaves, and this trait is named.',
  },
  sources: traits,
  patients: [{ without: [trait], ins: null, status: 'PROV' }],
  steps: [deposit()],
  assert: refused(words, 'LEG-08'),
  fix: { fr: 'Contrôler les cinq traits avant le dépôt.', en: 'Check the five traits before the deposit.' },
}));

/** Who the patient is. */
export const identityRows: readonly ScenarioRow[] = [
  ...missing,
  {
    id: 'IDT-03',
    title: { fr: "Trait fait d'espaces", en: 'Trait of spaces' },
    purpose: { fr: 'Des espaces ne font pas un prénom.', en: 'Spaces are no given name.' },
    sources: traits.map((source) => ({ ...source, grade: 'D' as const })),
    patients: [{ traits: { firstName: '   ' }, ins: null, status: 'PROV' }],
    steps: [deposit()],
    assert: [
      should('LEG-08', 'W', { silent: true }),
      should('K-TOLD', 'A', { answer: 1, outcome: ['refused', 'failed'] }),
      should('K-TOLD', 'A', { answer: 1, told: ['prénom'] }),
    ],
    fix: { fr: 'Ôter les espaces avant de contrôler.', en: 'Trim before checking.' },
  },
  {
    id: 'IDT-05',
    title: { fr: 'Né en France, sans commune', en: 'Born in France, without a commune' },
    purpose: {
      fr: 'Ni code postal ni code commune : le lieu de naissance est absent.',
      en: 'Neither postal nor commune code: the place of birth is missing.',
    },
    sources: traits,
    patients: [{ traits: { birthPlace: { countryInsee: '99100' } }, ins: null, status: 'PROV' }],
    steps: [deposit()],
    assert: refused(['lieu de naissance', 'naissance', 'commune'], 'LEG-08'),
    fix: { fr: 'Demander la commune ou le code postal.', en: 'Ask for the commune or the postal code.' },
  },
  {
    id: 'IDT-06',
    title: { fr: "Né à l'étranger", en: 'Born abroad' },
    purpose: { fr: 'Le pays suffit, et son code part.', en: 'The country is enough, and its code is sent.' },
    sources: traits,
    patients: [{ traits: { birthPlace: { countryInsee: '99109' } } }],
    steps: [deposit()],
    assert: [
      isDone(),
      must('LEG-08', 'W', every('text', { matches: '99109' })),
      must('CDA-PATIENT-BIRTHPLACE', 'W', { check: ['CDA-PATIENT'] }),
    ],
    fix: {
      fr: 'Écrire le code INSEE du pays dans le lieu de naissance.',
      en: 'Write the INSEE code of the country in the place of birth.',
    },
  },
  {
    id: 'IDT-10',
    title: { fr: 'INS qualifiée', en: 'Qualified INS' },
    purpose: { fr: 'Matricule, OID et traits voyagent ensemble.', en: 'Matricule, OID and traits travel together.' },
    sources: rniv,
    steps: [deposit()],
    assert: [
      must('K-INS', 'W', every('text', { matches: '$patient.ins.value' })),
      must('K-INS', 'W', every('text', { matches: '$patient.ins.oid' })),
      must('CDA-INS-TRAITS', 'W', { check: ['CDA-INS', 'CDA-PATIENT', 'XDS-PATIENT'] }),
      must('K-SAMEPAT', 'W', every('document.cda.traits.birthName', { equals: '$patient.traits.birthName' })),
    ],
    fix: { fr: "Écrire l'INS dans le CDA et les métadonnées.", en: 'Write the INS in CDA and metadata.' },
  },
  ...(
    [
      ['a', 'PROV'],
      ['b', 'RECUP'],
      ['c', 'VALI'],
    ] as const
  ).map(([variant, status]): ScenarioRow => ({
    id: `IDT-11${variant}`,
    title: { fr: `Statut ${status} : l'INS ne part pas`, en: `Status ${status}: the INS is not sent` },
    purpose: {
      fr: "Une identité qui n'est pas qualifiée ne transmet pas l'INS, même enregistrée.",
      en: 'An identity that is not qualified sends no INS, even a stored one.',
    },
    sources: rniv,
    patients: [{ status }],
    steps: [deposit()],
    assert: [
      isDone(),
      must('K-INS', 'W', every('text', { lacks: ['$patient.ins.value', '1.2.250.1.213.1.4.10'] })),
      must('K-INS', 'W', every('headers.x-mss-ins', { in: ['N', null] })),
    ],
    fix: { fr: "N'écrire l'INS que pour le statut QUAL.", en: 'Write the INS for the status QUAL only.' },
  })),
  {
    id: 'IDT-12',
    title: { fr: 'Clé du matricule fausse', en: 'Wrong key' },
    purpose: {
      fr: 'Un matricule dont la clé est fausse ne part pas.',
      en: 'A matricule with a wrong key is not sent.',
    },
    sources: ins,
    patients: [{ ins: 'wrong-key' }],
    steps: [deposit()],
    assert: refused(['clé', 'INS', 'matricule']),
    fix: { fr: 'Calculer la clé à la saisie.', en: 'Compute the key at entry.' },
  },
  {
    id: 'IDT-13',
    title: { fr: "OID d'INS du banc d'essai", en: 'INS OID of the test bench' },
    purpose: {
      fr: "Aucune OID d'INS de production ne sort sur un banc d'essai.",
      en: 'No INS OID of production leaves on a test bench.',
    },
    sources: ins,
    steps: [deposit()],
    assert: [
      must(
        'K-INS',
        'W',
        every('document.entry.patientId', { lacks: ['1.2.250.1.213.1.4.8&', '1.2.250.1.213.1.4.9&'] }),
        "un numéro d'essai ne doit jamais passer pour celui d'une personne",
      ),
      must(
        'K-INS',
        'W',
        every('text', { matches: '1\\.2\\.250\\.1\\.213\\.1\\.4\\.1[01]' }),
        "un numéro d'essai ne doit jamais passer pour celui d'une personne",
      ),
    ],
    fix: {
      fr: "Prendre l'OID avec le matricule, jamais d'un paramètre.",
      en: 'Take the OID with the matricule, never from a setting.',
    },
  },
  {
    id: 'IDT-15',
    title: { fr: 'Jumeaux à une lettre près', en: 'Twins, one letter apart' },
    purpose: { fr: 'Chaque document va au bon jumeau.', en: 'Each document reaches its own twin.' },
    sources: rniv,
    patients: [
      { traits: { birthName: 'JUMEL-ESSAI', firstName: 'LINA', birthDate: '2014-02-03', sex: 'F' } },
      { traits: { birthName: 'JUMEL-ESSAI', firstName: 'LINO', birthDate: '2014-02-03', sex: 'M' } },
    ],
    steps: [deposit({ title: 'Premier' }), deposit({ title: 'Second' }, 2)],
    assert: [
      must('K-SAMEPAT', 'S', { filed: 2 }),
      must('K-SAMEPAT', 'W', { mails: 2 }),
      must('K-SAMEPAT', 'W', { distinct: 'document.entry.sourcePatientId' }),
    ],
    fix: { fr: "Lier le dépôt à l'identifiant local.", en: 'Bind the deposit to the local identifier.' },
  },
  {
    id: 'IDT-23',
    title: { fr: 'Nom avec apostrophe et accents', en: 'Name with apostrophe and accents' },
    purpose: {
      fr: 'Le nom part dans sa forme de transmission, la saisie reste.',
      en: 'The name is sent in its wire form, what was typed stays.',
    },
    sources: rniv,
    patients: [{ traits: { birthName: 'D’ŒUVRÉ-ESSAI', firstName: 'ZOÉ' }, ins: null, status: 'PROV' }],
    steps: [deposit()],
    assert: [
      should('CDA-PATIENT-NAME', 'W', every('document.cda.traits.birthName', { matches: "^[A-Z' -]+$" })),
      must('CDA-PATIENT', 'W', { check: ['CDA-PATIENT'] }),
    ],
    fix: { fr: 'Écrire en majuscules sans accent ni ligature.', en: 'Write capitals without accents or ligatures.' },
  },
  {
    id: 'IDT-24',
    title: { fr: 'Caractère sans équivalent', en: 'Character without equivalent' },
    purpose: {
      fr: 'Une lettre sans équivalent latin est refusée, jamais ôtée.',
      en: 'A letter without a Latin equivalent is refused, never dropped.',
    },
    sources: rniv,
    patients: [{ traits: { birthName: 'ESSAI\u4e2d' }, ins: null, status: 'PROV' }],
    steps: [deposit()],
    assert: refused(['nom', 'caractère']),
    fix: { fr: 'Refuser et nommer le champ.', en: 'Refuse and name the field.' },
  },
  {
    id: 'IDT-25',
    title: { fr: "Séparateurs HL7 dans l'identifiant local", en: 'HL7 separators in the local identifier' },
    purpose: {
      fr: "`^`, `&` et `|` dans l'identifiant local sont échappés ou refusés.",
      en: '`^`, `&` and `|` in the local identifier are escaped or refused.',
    },
    sources: [{ doc: 'HL7 v2.5', section: 'Type CX', grade: 'N' }],
    patients: [{ localId: 'PAT^9&8|7' }],
    // A refusal is an answer here.
    control: 'DEP-01',
    steps: [deposit()],
    assert: [
      must(
        'XDS-PATIENT-LOCAL',
        'W',
        { custom: 'one-cx-or-refused' },
        'un identifiant coupé en deux désigne un autre patient',
      ),
    ],
    fix: {
      fr: 'Refuser ces caractères à la création du patient.',
      en: 'Refuse these characters when the patient is created.',
    },
  },
];
