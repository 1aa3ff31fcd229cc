import { needed, recordOf, refuseArgument, type Check, type Checks } from '../../internal/border.ts';
import {
  anything,
  bytes,
  callback,
  callChecks,
  choice,
  flag,
  listOf,
  options,
  orNull,
  patient,
  text,
} from '../../internal/option-checks.ts';
import type { ReadMailOptions } from './inbox/model.ts';
import type {
  CareLetter,
  CareLetterFile,
  CareRecipient,
  ColleagueLetter,
  PatientLetter,
  SendMailOptions,
} from './model.ts';

/** Half a character has no bytes: what is written would not be what was typed. */
const words: Check<string> = (name, value) => {
  const given = text(name, value);
  return /\p{Surrogate}/u.test(given) ? refuseArgument(name, 'texte Unicode attendu') : given;
};

/** Most files of one letter, and the longest text: what a reader of mails takes. */
const maxFiles = 50;
const maxText = 1_000_000;

const letterText: Check<string> = (name, value) => {
  const given = words(name, value);
  return given.length > maxText ? refuseArgument(name, 'texte trop long') : given;
};

const files: Check<readonly CareLetterFile[]> = (name, value) => {
  const given = listOf(
    options<CareLetterFile>({ kind: needed(choice('pdf', 'cda')), bytes: needed(bytes), fileName: words }),
  )(name, value);
  return given.length > maxFiles ? refuseArgument(name, `${String(maxFiles)} fichiers au plus attendus`) : given;
};

export const letterChecks: Checks<CareLetter> = {
  id: text,
  subject: words,
  text: needed(letterText),
  // Documents, or the submission of them: judged where the submission is made.
  documents: anything,
  pdfCopy: flag,
  files,
  inReplyTo: text,
  references: listOf(text),
  replyTo: text,
  requestReport: flag,
};

export const colleagueChecks: Checks<ColleagueLetter> = { ...letterChecks, about: needed(orNull(patient)) };

export const patientLetterChecks: Checks<PatientLetter> = { ...letterChecks, endsExchange: flag };

export const recipientChecks: Checks<CareRecipient> = { rpps: text, finess: text, address: text, isProgram: flag };

export const whoChecks: Checks<Pick<CareRecipient, 'rpps' | 'finess'>> = { rpps: text, finess: text };

export const readChecks: Checks<ReadMailOptions> = { ...callChecks, find: needed(callback) };

export const sendChecks: Checks<SendMailOptions> = { ...callChecks, patientOpposed: needed(flag) };

/** An argument that has no default. */
export function given<T extends object>(name: string, value: T): T {
  return recordOf(name, value, 'objet attendu');
}
