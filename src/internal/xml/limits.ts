import { TerrESanteError, type SafeDetails } from '../../errors.ts';
import { xmlFaults, type XmlFault } from './faults.ts';

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

/**
 * The error of everything that is refused. It gives the code of a reason and an offset in the text,
 * never the text itself, which may hold a patient's data.
 */
export function xmlError(
  reason: XmlFault,
  position: number | null,
  { cause, details }: { readonly cause?: unknown; readonly details?: SafeDetails } = {},
): TerrESanteError {
  return new TerrESanteError('TE_XML_INVALID', `XML refusé : ${xmlFaults[reason].fr}.`, {
    ...(cause === undefined ? {} : { cause }),
    details: { reason, position, ...details },
  });
}
