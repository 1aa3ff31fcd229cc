import type { ConformanceReport } from '../run/run.ts';
import type { AssertionResult, ScenarioResult } from '../verdict/model.ts';
import { ruleText } from './rule-text.ts';
import { conclusionWords, reasonWords, verdictWords } from './words.ts';

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const esc = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => escapes[sign] ?? sign);

const style = `
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1f; }
h1, h2, h3 { line-height: 1.2; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
th, td { border: 1px solid #8a8a94; padding: .3rem .5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
.conclusion { border-left: .4rem solid #55555f; padding: .2rem 1rem; }
.satisfied { border-color: #18753c; } .failed { border-color: #b3261e; } .incomplete { border-color: #8a5a00; }
.failure { border: 1px solid #b3261e; padding: .2rem 1rem; margin: 1rem 0; }
@media print { body { margin: 0; max-width: none; } .failure, tr { break-inside: avoid; } }`;

/** One page in French for the certification file: no script, nothing from outside, printable. */
export function htmlOf(report: ConformanceReport, at: string): string {
  const { product, catalogue } = report;
  const title = `Conformité de ${product.name} ${product.version}`;

  return `<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${esc(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${esc(title)}</h1>
<p>Campagne du ${esc(at)}, catalogue ${esc(catalogue.version)}, conduite par « ${esc(report.driver)} », graine ${report.seed}.<br>
Empreinte du catalogue (SHA-256) : <code>${catalogue.sha256}</code></p>
${report.profiles.map((profile) => conclusion(report, profile)).join('\n')}
${failures(report.scenarios)}
${notRun(report.scenarios)}
${waivers(report.scenarios)}
${matrix(report.scenarios)}
${limits(report.scenarios)}
</main>
</body>
</html>
`;
}

function conclusion({ catalogue }: ConformanceReport, profile: ConformanceReport['profiles'][number]): string {
  const { counts, conclusion: told, name, stable } = profile;
  const sentence =
    told === 'satisfied'
      ? `Satisfait le catalogue ${catalogue.version}, profil ${name}.`
      : `Profil ${name}, catalogue ${catalogue.version} : ${conclusionWords[told]}.`;
  const numbers = Object.entries(counts).map(
    ([verdict, count]) => `${verdictWords[verdict as keyof typeof counts]} : ${count}`,
  );
  return `<section class="conclusion ${told}"><h2>Conclusion</h2>
<p><strong>${esc(sentence)}</strong></p>
<p>${stable} scénarios. ${esc(numbers.join(' ; '))}.</p></section>`;
}

function failures(scenarios: readonly ScenarioResult[]): string {
  const failed = scenarios.filter(
    ({ verdict, assertions }) =>
      verdict === 'failed' || (verdict === 'warning' && assertions.some(({ outcome }) => outcome === 'broken')),
  );
  if (failed.length === 0) return '<h2>Échecs et alertes</h2><p>Aucun.</p>';

  const blocks = failed.map((scenario) => {
    const broken = scenario.assertions.filter(({ outcome }) => outcome === 'broken');
    return `<section class="failure"><h3>${esc(scenario.id)} — ${esc(scenario.title.fr)} (${verdictWords[scenario.verdict]})</h3>
<table><thead><tr><th scope="col">Règle</th><th scope="col">Vu</th><th scope="col">Attendu</th></tr></thead><tbody>
${broken.map((assertion) => `<tr><td>${esc(assertion.rule)} : ${esc(ruleText(assertion.rule).fr)}</td><td>${esc(assertion.found ?? '')}</td><td>${esc(assertion.expected ?? '')}</td></tr>`).join('\n')}
</tbody></table><p>À faire : ${esc(scenario.fix.fr)}</p>
<p>Rejouer : <code>terr-esante conformance run --only ${esc(scenario.id)}</code></p></section>`;
  });
  return `<h2>Échecs et alertes</h2>\n${blocks.join('\n')}`;
}

function notRun(scenarios: readonly ScenarioResult[]): string {
  const left = scenarios.filter(({ verdict }) => verdict === 'not-run' || verdict === 'not-applicable');
  if (left.length === 0) return '<h2>Non joués</h2><p>Aucun.</p>';

  const rows = left.map(
    ({ id, title, verdict, reason }) =>
      `<tr><td>${esc(id)}</td><td>${esc(title.fr)}</td><td>${verdictWords[verdict]}${reason === null ? '' : ` : ${esc(reasonWords[reason])}`}</td></tr>`,
  );
  return `<h2>Non joués</h2><table><thead><tr><th scope="col">Scénario</th><th scope="col">Titre</th><th scope="col">Raison</th></tr></thead><tbody>${rows.join('\n')}</tbody></table>`;
}

function waivers(scenarios: readonly ScenarioResult[]): string {
  const rows = scenarios.flatMap(({ id, waiver }) =>
    waiver === null
      ? []
      : `<tr><td>${esc(id)}</td><td>${esc(waiver.reason)}</td><td>${esc(waiver.owner)}</td><td>${esc(waiver.expires)}</td></tr>`,
  );
  if (rows.length === 0) return '<h2>Dérogations</h2><p>Aucune.</p>';
  return `<h2>Dérogations</h2><table><thead><tr><th scope="col">Scénario</th><th scope="col">Raison</th><th scope="col">Responsable</th><th scope="col">Fin</th></tr></thead><tbody>${rows.join('\n')}</tbody></table>`;
}

const evidenceOf = ({ evidence }: AssertionResult): string =>
  evidence
    .flatMap(({ seq, sha256 }) => (sha256 === null ? `n° ${seq}` : `n° ${seq}, ${sha256.slice(0, 16)}…`))
    .slice(0, 2)
    .join(' ; ');

const outcomeWords = {
  met: 'tenue',
  broken: 'rompue',
  'not-observed': 'rien vu',
  'not-applicable': 'sans objet',
} as const;

function matrix(scenarios: readonly ScenarioResult[]): string {
  const rows = scenarios.flatMap((scenario) =>
    scenario.assertions.map(
      (assertion) =>
        `<tr><td>${esc(scenario.id)}</td><td>${scenario.grade}</td><td>${esc(assertion.rule)}</td><td>${outcomeWords[assertion.outcome]}</td><td>${esc(evidenceOf(assertion))}</td></tr>`,
    ),
  );
  return `<h2>Exigences et preuves</h2><table><thead><tr><th scope="col">Scénario</th><th scope="col">Source</th><th scope="col">Règle</th><th scope="col">Verdict</th><th scope="col">Preuve (journal, SHA-256)</th></tr></thead><tbody>${rows.join('\n')}</tbody></table>`;
}

function limits(scenarios: readonly ScenarioResult[]): string {
  const share = (grade: string): number => scenarios.filter((scenario) => scenario.grade === grade).length;
  return `<h2>Ce que ce rapport dit, et ne dit pas</h2>
<p>Sources des exigences : ${share('S')} de la plateforme (S), ${share('N')} de textes nationaux ou de normes (N), ${share('D')} déduites par nous (D).</p>
<p>Tout a été joué contre un simulateur, sur les protocoles publics (SMTP, POP3). Ce que répond la plateforme elle-même n'est pas
publié : les exigences déduites peuvent changer. Ce rapport ne remplace aucune homologation.</p>`;
}
