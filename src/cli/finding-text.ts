import type { Finding } from '../errors.ts';
import { printable } from './inspect/rows.ts';

const severities = { error: 'ERREUR', warning: 'ALERTE', info: 'INFO' } as const;

/**
 * One finding as a person reads it: rule and place, sentence, then what is known of it. Ends with a
 * line feed.
 */
export function findingText({ rule, severity, path, message, found, expected, fix, reference }: Finding): string {
  const rows = { trouvé: found, attendu: expected, corriger: fix, source: reference };
  const lines = [`${severities[severity]} ${rule}  ${path}`, `  ${message}`];
  for (const [label, value] of Object.entries(rows)) if (value !== null) lines.push(`  ${label.padEnd(8)} ${value}`);
  // What was found may come from a hostile file.
  return `${lines.map(printable).join('\n')}\n`;
}
