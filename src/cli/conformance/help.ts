/** How `terr-esante conformance` is used. */
export const help = {
  fr: `usage: terr-esante conformance init [DOSSIER] [--name NOM] [--version VERSION]
       terr-esante conformance list [--family DEP] [--json]
       terr-esante conformance explain SCÉNARIO|RÈGLE
       terr-esante conformance run [--config FICHIER] [--only DEP-*]... [--seed N] [--out DOSSIER] [--strict]
                                   [--allow-not-run N] [--json]
       terr-esante conformance check DOSSIER
       terr-esante conformance report FICHIER.json [--html FICHIER] [--junit FICHIER] [--sarif FICHIER]

Éprouve un logiciel entier : l'autre côté est sur 127.0.0.1, les patients n'existent pas, et le verdict vient de ce que
l'autre côté a vu. run demande des gestes au programme de conformance.json (une ligne de JSON par geste, sur l'entrée et la
sortie standard) et laisse dans --out report.json, junit.xml, report.sarif et rapport.html.

code de sortie : 0 satisfait, 1 un scénario en échec, 2 usage ou configuration inutilisable, 3 campagne incomplète.
`,
  en: `usage: terr-esante conformance init|list|explain|run|check|report

Proves a whole software: the far side is on 127.0.0.1, the patients do not exist, and the verdict comes from what the far
side saw. run asks the program of conformance.json for gestures (a line of JSON each, on standard input and output) and
leaves report.json, junit.xml, report.sarif and rapport.html in --out.

exit code: 0 satisfied, 1 a scenario failed, 2 unusable usage or configuration, 3 incomplete run.
`,
};
