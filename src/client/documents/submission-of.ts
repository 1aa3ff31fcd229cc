import type { BuiltDocument, Submission } from '../../documents/index.ts';
import { TerrESanteError } from '../../errors.ts';
import { submissionMark } from '../../internal/marks.ts';
import { sourceIdOf } from '../../platform/config/people.ts';
import type { PlatformContext } from '../policy/context.ts';
import type { DepositOptions } from './model.ts';

/** What a host may give to be deposited. */
export type Depositable = BuiltDocument | readonly BuiltDocument[] | Submission;

/**
 * The submission of what the host gives: the one it made, or one made here of its documents.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID`, `TE_CONFIG_INVALID` without an OID of the
 *   installation, those of `createSubmission`
 */
export async function submissionOf(
  { config, runtime }: PlatformContext,
  what: Depositable,
  choices: DepositOptions['submission'],
): Promise<Submission> {
  if (isSubmission(what)) {
    if (choices === undefined) return what;
    throw refused("L'option submission ne s'emploie pas avec un envoi déjà fait.");
  }

  const documents: unknown = Array.isArray(what) ? what : [what];
  if (!isDocuments(documents)) {
    throw refused(
      'À déposer : un document, des documents, ou un envoi de createSubmission (attendez leur constructeur).',
    );
  }

  const sourceId = sourceIdOf(config);
  const { createSubmission } = await import('../../documents/index.ts');
  return createSubmission(documents, { ...choices, sourceId, runtime });
}

/** Only `createSubmission` makes a submission, in this copy of the SDK or in another one. */
function isSubmission(value: unknown): value is Submission {
  return typeof value === 'object' && value !== null && submissionMark in value;
}

/** What builders make, by the parts that name the document. */
function isDocuments(values: unknown): values is readonly BuiltDocument[] {
  return (
    Array.isArray(values) &&
    values.length > 0 &&
    values.every((value: unknown) => {
      if (typeof value !== 'object' || value === null) return false;
      const { header, content, sha1 } = value as Partial<BuiltDocument>;
      return typeof header === 'object' && typeof content === 'object' && typeof sha1 === 'string';
    })
  );
}

function refused(message: string): TerrESanteError {
  return new TerrESanteError('TE_INPUT_INVALID', message, { details: { path: 'submission' } });
}
