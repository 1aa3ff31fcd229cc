// Texts of docs/documents-refus.md, docs/errors-codes.md and docs/erreurs-du-registre.md from the catalogues of rules and codes.
import { format, resolveConfig } from 'prettier';

const severities = { error: 'erreur', warning: 'avertissement', info: 'information' };

/** A text that Markdown would read as markup is shown as code. */
const code = (text) => (/[<*_|^]/.test(text) ? `\`${text.replaceAll('`', "'")}\`` : text);

/** The places of a sentence are filled by each finding. */
const sentence = (text) => code(text.replaceAll(/\{\w+\}/g, '…'));

/** What the place `{case}` of a sentence may hold, with the remedy where it is the case's own. */
function caseLines([key, { fr, en, fix }]) {
  const line = `- \`${key}\`: ${sentence(fr)} (${sentence(en)})`;
  return fix ? [line, `  - Que faire : ${sentence(fix.fr)}`, `  - What to do: ${sentence(fix.en)}`] : [line];
}

function entry(id, { severity, fr, en, expected, fix, reference, cases = {} }) {
  const lines = [`### ${id} (${severities[severity]})`, '', sentence(fr), '', sentence(en), ''];
  const ofCases = Object.entries(cases).flatMap(caseLines);
  if (ofCases.length > 0) lines.push('- Cas possibles, possible cases:', ...ofCases.map((line) => `  ${line}`));
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

  const page = `# Pourquoi une identité, un document ou une configuration est refusé

Chaque contrôle (\`checkCompleteness\`, \`checkConfig\`, \`checkCda\`, \`checkMetadata\`, \`checkXdm\`, \`checkSubmission\`, \`preflight\`, \`inspectPdf\`, \`checkFile\`…) rend \`{ ok, findings }\`. Chaque constat donne sa règle, l'endroit, ce qui a été trouvé, ce qui était attendu et que faire, en français et en anglais. Une erreur fait refuser ; un avertissement signale ce que les textes demandent et que le kit national ne regarde pas, ou ce qu'il vaut mieux vérifier.

Cette page est produite par \`node scripts/build-refusal-page.mjs\` à partir des règles elles-mêmes : ne la modifiez pas. \`rules()\` de \`terr-esante-sdk/conformance\` donne la même liste au programme ; les codes d'erreur ont [leur page](errors-codes.md).

${parts.join('\n')}`;

  return format(page, { ...(await resolveConfig('docs/documents-refus.md')), parser: 'markdown' });
}

/**
 * The page of error codes, one section each.
 *
 * @param {readonly { code: string, retryable: boolean, cause: object, doctor: string, developer: object }[]} codes -
 *   In their order on the page.
 */
export async function errorCodesPage(codes) {
  const sections = codes.map(({ code, retryable, cause, doctor, developer }) =>
    [
      `## ${code}`,
      '',
      cause.en,
      '',
      cause.fr,
      '',
      `- Retryable: ${retryable ? 'yes, later and unchanged' : 'no'}`,
      `- The doctor reads: ${doctor}`,
      `- The developer: ${developer.en}`,
      `- Le développeur : ${developer.fr}`,
    ].join('\n'),
  );

  const page = `# Error codes

Every error of the SDK is a \`TerrESanteError\` with one of these codes. [errors.md](errors.md) shows how to catch one, [documents-refus.md](documents-refus.md) explains every rule of its findings. The sentence of an error is more precise than the one below; \`retryable\` of an error prevails, for it knows its case.

This page is written by \`node scripts/build-refusal-page.mjs\` from the table of codes: do not edit it. \`errorCodes()\` of \`terr-esante-sdk/conformance\` gives the same list to a program.

${sections.join('\n\n')}
`;

  return format(page, { ...(await resolveConfig('docs/errors-codes.md')), parser: 'markdown' });
}

/**
 * The page of the codes of a registry, one row each.
 *
 * @param {{ registryCodes: readonly string[], registryRuleOf: Function, errorCodeOf: Function }} registry
 * @param {readonly { code: string, retryable: boolean }[]} codes - Of the SDK.
 */
export async function registryPage({ registryCodes, registryRuleOf, errorCodeOf }, codes) {
  const isRetryable = (code) => codes.find((row) => row.code === code)?.retryable === true;
  const rows = registryCodes.map((code) => {
    const { severity, fr, fix } = registryRuleOf(code);
    const own = severity === 'warning' ? 'avertissement' : `\`${errorCodeOf(code)}\``;
    const again = severity === 'error' && isRetryable(errorCodeOf(code)) ? 'oui, plus tard' : 'non';
    return `| \`${code}\` | ${fr} | ${fix.fr} | ${own} | ${again} |`;
  });
  const other = registryRuleOf('');

  const page = `# Erreurs du registre

Un registre ou un entrepôt XDS (ITI-18, 41, 43, 57) refuse avec un ou plusieurs de ces codes. L'erreur est une \`RegistryRefusal\` : \`findings\` explique chaque ligne en français et en anglais, \`errors\` garde les lignes telles qu'elles sont venues, avec leur contexte. Ce contexte peut nommer le patient : il n'est ni dans le message, ni dans \`details\`, ni dans le JSON de l'erreur.

Les codes viennent d'IHE ITI TF-3, section 4.2.4.1, et des suppléments de l'ITI ; que faire est notre conseil. Un code d'un pays ou d'un éditeur est gardé tel quel, avec le constat \`REGISTRY-OTHER-CODE\` : « ${other.fr} » ${other.fix.fr}

| code | ce qu'il veut dire | que faire | code du SDK | nouvel essai |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

Avec plusieurs lignes, un nouvel essai n'a de sens que si chacune d'elles le permet. Après un dépôt, \`details.unknownOutcome\` dit si le registre l'a peut-être enregistré tout de même : voir [xds.md](xds.md).

Cette page est produite par \`node scripts/build-refusal-page.mjs\` à partir de la table des codes : ne la modifiez pas.
`;

  return format(page, { ...(await resolveConfig('docs/erreurs-du-registre.md')), parser: 'markdown' });
}
