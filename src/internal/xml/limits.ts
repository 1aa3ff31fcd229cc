import { TerrESanteError } from '../../errors.ts';

/** What is accepted from outside. Each limit is kept while reading, before more work is done. */
export interface XmlLimits {
  readonly maxBytes: number;
  readonly maxDepth: number;
  /** Start tags, wherever they stand. */
  readonly maxElements: number;
  /** For each element, declarations of namespaces included. */
  readonly maxAttributes: number;
  readonly allowComments: boolean;
  readonly allowProcessingInstructions: boolean;
}

export const defaultXmlLimits: XmlLimits = {
  maxBytes: 64 * 1024 * 1024,
  maxDepth: 120,
  maxElements: 400_000,
  maxAttributes: 64,
  allowComments: true,
  allowProcessingInstructions: true,
};

/** A prefix that no ancestor declares: the fault of an XML fragment cut out of its envelope. */
export const undeclaredPrefix = 'préfixe non déclaré';

/**
 * The error of everything that is refused. It gives a reason and an offset in the text, never the
 * text itself, which may hold a patient's data.
 */
export function xmlError(reason: string, position: number | null, cause?: unknown): TerrESanteError {
  return new TerrESanteError('TE_XML_INVALID', `XML refusé : ${reason}.`, {
    ...(cause === undefined ? {} : { cause }),
    details: { reason, position },
  });
}
