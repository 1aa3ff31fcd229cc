// Text of docs/documents-refus.md from the catalogues of rules.
import { format, resolveConfig } from 'prettier';

const severities = { error: 'erreur', warning: 'avertissement', info: 'information' };

/** A text that Markdown would read as markup is shown as code. */
const code = (text) => (/[<*_|^]/.test(text) ? `\`${text.replaceAll('`', "'")}\`` : text);

/** The places of a sentence are filled by each finding. */
const sentence = (text) => code(text.replaceAll(/\{\w+\}/g, '…'));

function entry(id, { severity, fr, en, expected, fix, reference }) {
  const lines = [`### ${id} (${severities[severity]})`, '', sentence(fr), '', sentence(en), ''];
  if (expected) lines.push(`- Attendu : ${code(expected)}`);
  lines.push(
    `- Que faire : ${sentence(fix.fr)}`,
    `- What to do: ${sentence(fix.en)}`,
    `- Référence : ${code(reference)}`,
  );
  return `${lines.join('\n')}\n`;
}

/**
 * The page of refusals.
 *
 * @param {readonly { title: string, rules: Record<string, object> }[]} families - Each under a title,
 *   in their order on the page.
 */
export async function refusalPage(families) {
  const parts = families.map(({ title, rules }) => {
    const entries = Object.entries(rules).map(([id, rule]) => entry(id, rule));
    return `## ${title}\n\n${entries.join('\n')}`;
  });

  const page = `# Pourquoi mon document est refusé

Chaque contrôle (\`checkCda\`, \`checkMetadata\`, \`checkXdm\`, \`checkSubmission\`, \`preflight\`, \`inspectPdf\`) rend \`{ ok, findings }\`. Chaque constat donne sa règle, l'endroit, ce qui a été trouvé, ce qui était attendu et que faire, en français et en anglais. Une erreur fait refuser le document ; un avertissement signale ce que les textes demandent et que le kit national ne regarde pas, ou ce qu'il vaut mieux vérifier.

Cette page est produite par \`node scripts/build-refusal-page.mjs\` à partir des règles elles-mêmes : ne la modifiez pas.

${parts.join('\n')}`;

  return format(page, { ...(await resolveConfig('docs/documents-refus.md')), parser: 'markdown' });
}
