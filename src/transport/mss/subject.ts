import type { SubmissionPatient } from '../../documents/index.ts';
import { headerText } from './text.ts';

/** How the subject of a deposit is written. @group MSSanté message */
export type SubjectForm = 'extended' | 'short';

const prefix = 'XDM/1.0/DDM';

/**
 * Subject of a deposit. Extended: `XDM/1.0/DDM+<label> <NOM> <prénom> <JJ/MM/AAAA>`, the form that
 * a referenced client must use; short: `XDM/1.0/DDM`. Never holds the INS. Never log it.
 *
 * @see ANS, Référentiel socle MSSanté n° 2, exigence ECO.2.1.3; IHE ITI-32
 */
export function depositSubject(form: SubjectForm, label: string, patient: SubmissionPatient): string {
  if (form === 'short') return prefix;
  const birth = /^(\d{4})-(\d{2})-(\d{2})$/.exec(patient.birthDate ?? '');
  const words = [label, patient.birthName.toLocaleUpperCase('fr'), patient.firstName];
  if (birth) words.push(`${birth[3] ?? ''}/${birth[2] ?? ''}/${birth[1] ?? ''}`);
  return headerText(`${prefix}+${words.join(' ')}`, 'subject', 400);
}

/** What the subject of a mail says of itself. */
export interface SubjectReading {
  /** A deposit, or an answer to one. */
  readonly isDeposit: boolean;
  /** An integration error: `code` when the subject carries it. */
  readonly ko: { readonly code: string | null } | null;
  /** Without the technical prefix, as a person should read it. */
  readonly label: string;
}

const koPrefix = /^\s*\[(?:KO Intégration système|Erreur d.intégration)\s*!\s*\](?:\s*\[(\d{3})\])?\s*/i;

/**
 * Reads a decoded subject. Both published spellings of the error prefix are known.
 *
 * @see CI-SIS, volet Transmission au LPS d'un document CDA provenant d'un courriel MSSanté
 */
export function readSubject(subject: string): SubjectReading {
  const text = subject.slice(0, 2_000).normalize('NFC');
  const ko = koPrefix.exec(text);
  const rest = ko ? text.slice(ko[0].length) : text;
  const lower = rest.toLowerCase();
  const at = lower.indexOf('xdm/1.0/ddm');
  return {
    isDeposit: at >= 0,
    ko: ko ? { code: ko[1] ?? null } : null,
    label:
      at >= 0
        ? rest
            .slice(at + prefix.length)
            .replace(/^\+/, '')
            .trim()
        : rest.trim(),
  };
}
