// Text of docs/documents-refus.md from the rules of the checks.
import { format, resolveConfig } from 'prettier';

const severities = { error: 'erreur', warning: 'avertissement', info: 'information' };
const code = (text) =>
  text.includes('<') || text.includes('*') || text.includes('_') ? `\`${text.replaceAll('`', "'")}\`` : text;

const groups = [
  ['Structure du document CDA', /^CDA-(?:SCHEMA|NAMESPACE)/],
  [
    'Types de données',
    /^CDA-(?:NULL|ID-(?:SYNTAX|EXTENSION|ROOT)|DUPLICATE|CODE-SYNTAX|DATE|INTERVAL|NUMBER|TELECOM|ADDRESS|NAME|EMPTY)/,
  ],
  ['Patient et INS', /^CDA-(?:PATIENT|INS|GUARDIAN)/],
  [
    'Personnes et structures',
    /^CDA-(?:AUTHOR(?!IZATION)|FUNCTION|PROFESSION|PERSON|CIVILITY|DEVICE|ENTITY|INFORMANT|RELATION|CUSTODIAN|LEGAL|AUTHENTICATOR|RECIPIENT|PARTICIPANT)/,
  ],
  ['Acte et prise en charge', /^CDA-(?:ACT|PERFORMER|PRACTICE|ENCOUNTER|FACILITY|AUTHORIZATION)/],
  ['Contenu', /^CDA-(?:BODY|MEDIA|REPRESENTATION|BASE64|PDF|NARRATIVE)/],
  ['En-tête : identité du document', /^CDA-/],
  ['Synthèse médicale (VSM)', /^VSM-/],
  ['PDF', /^PDF-/],
  ['Métadonnées XDS', /^XDS-/],
  ['Archive XDM', /^(?:XDM|ZIP)-/],
  ['Lot de dépôt et contrôle avant envoi', /./],
];

function entry({ id, severity, message, messageEn, expected, fix, reference }) {
  const lines = [
    `### ${id} (${severities[severity]})`,
    '',
    `${code(message)} _${messageEn.replaceAll(/[_<>*]/g, ' ')}_`,
    '',
  ];
  if (expected) lines.push(`- Attendu : ${code(expected)}`);
  if (fix) lines.push(`- Que faire : ${code(fix)}`);
  if (reference) lines.push(`- Référence : ${code(reference)}`);
  return `${lines.join('\n')}\n`;
}

export async function refusalPage(cda, deposit) {
  const left = new Set([...cda, ...deposit]);
  const parts = [];
  for (const [title, shape] of groups) {
    const rules = [...left].filter(({ id }) => shape.test(id));
    if (rules.length === 0) continue;
    for (const rule of rules) left.delete(rule);
    parts.push(`## ${title}\n\n${rules.map(entry).join('\n')}`);
  }
  const page = `# Pourquoi mon document est refusé

Chaque contrôle (\`checkCda\`, \`checkMetadata\`, \`checkXdm\`, \`checkSubmission\`, \`preflight\`, \`inspectPdf\`) rend des constats. Chaque constat donne sa règle, l'endroit, ce qui a été trouvé, ce qui était attendu et que faire. Une erreur fait refuser le document ; un avertissement signale ce que les textes demandent et que le kit national ne regarde pas, ou ce qu'il vaut mieux vérifier.

Cette page est produite par \`node scripts/build-refusal-page.mjs\` à partir des règles elles-mêmes : ne la modifiez pas.

${parts.join('\n')}`;
  return format(page, { ...(await resolveConfig('docs/documents-refus.md')), parser: 'markdown' });
}
