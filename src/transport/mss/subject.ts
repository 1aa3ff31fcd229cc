import type { Submission } from '../../documents/index.ts';
import { headerText } from './text.ts';

const prefix = 'XDM/1.0/DDM';

/**
 * Subject of a deposit. Extended: `XDM/1.0/DDM+<label> <NOM> <prénom> <JJ/MM/AAAA>`, the form that
 * a referenced client must use; short: `XDM/1.0/DDM`. Never holds the INS. Never log it.
 *
 * @see ANS, Référentiel socle MSSanté n° 2, exigence ECO.2.1.3; IHE ITI-32
 */
export function depositSubject(form: 'extended' | 'short', label: string, patient: Submission['patient']): string {
  if (form === 'short') return prefix;

  const words = [label, patient.birthName.toLocaleUpperCase('fr'), patient.firstName];
  const birthDate = patient.birthDate && frenchDate(patient.birthDate);
  if (birthDate) words.push(birthDate);
  return headerText(`${prefix}+${words.join(' ')}`, 'subject', 400);
}

/** `1984-05-17` as `17/05/1984`; `null` for a date that is not complete. */
function frenchDate(date: string): string | null {
  return /^\d{4}-\d{2}-\d{2}$/.test(date) ? date.split('-').reverse().join('/') : null;
}

/** The parts of the subject of a mail. */
export interface SubjectReading {
  /** A deposit, or an answer to one. */
  readonly isDeposit: boolean;
  /** An integration error: `code` when the subject carries it. */
  readonly ko: { readonly code: string | null } | null;
  /** Without the technical prefix, as a person should read it. */
  readonly label: string;
}

const koPrefix = /^\s*\[(?:KO Int[ée]gration syst[èe]me|Erreur d.int[ée]gration)\s*!\s*\](?:\s*\[(\d{3})\])?\s*/i;

/**
 * Reads a decoded subject. Both published spellings of the error prefix are known.
 *
 * @see CI-SIS, volet Transmission au LPS d'un document CDA provenant d'un courriel MSSanté
 */
export function readSubject(subject: string): SubjectReading {
  const text = subject.slice(0, 2_000).normalize('NFC');
  const ko = koPrefix.exec(text);
  const rest = ko ? text.slice(ko[0].length) : text;

  const at = rest.toLowerCase().indexOf(prefix.toLowerCase());
  const label = at < 0 ? rest : rest.slice(at + prefix.length).replace(/^\+/, '');
  return { isDeposit: at >= 0, ko: ko ? { code: ko[1] ?? null } : null, label: label.trim() };
}
