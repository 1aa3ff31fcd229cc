import type { Finding } from '../errors.ts';
import { printable } from './inspect/rows.ts';
import type { Language } from './language.ts';

const words = {
  fr: {
    error: 'ERREUR',
    warning: 'ALERTE',
    info: 'INFO',
    found: 'trouvé',
    expected: 'attendu',
    fix: 'corriger',
    source: 'source',
  },
  en: {
    error: 'ERROR',
    warning: 'WARNING',
    info: 'INFO',
    found: 'found',
    expected: 'expected',
    fix: 'to do',
    source: 'source',
  },
} as const;

/**
 * One finding as a person reads it: rule and place, sentence, then what is known of it. Ends with a
 * line feed.
 */
export function findingText(finding: Finding, lang: Language = 'fr'): string {
  const { rule, severity, path, found, expected, reference } = finding;
  const labels = words[lang];
  const [message, fix] = lang === 'fr' ? [finding.message, finding.fix] : [finding.messageEn, finding.fixEn];

  const rows = [
    [labels.found, found],
    [labels.expected, expected],
    [labels.fix, fix],
    [labels.source, reference],
  ] as const;
  const lines = [`${labels[severity]} ${rule}  ${path}`, `  ${message}`];
  for (const [label, value] of rows) if (value !== null) lines.push(`  ${label.padEnd(8)} ${value}`);

  // What was found may come from a hostile file.
  return `${lines.map(printable).join('\n')}\n`;
}
