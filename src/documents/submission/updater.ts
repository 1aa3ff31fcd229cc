import type { Professional, Structure } from '../../identity/index.ts';
import { professionalActor } from '../cda/actors.ts';
import { authorOf } from '../metadata/derive.ts';
import type { MetadataUpdateOptions } from '../metadata/update.ts';
import { outpatient } from './create.ts';

/**
 * Who changes metadata, as the author of a document is named in those of a deposit.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID`, `TE_CODE_UNKNOWN`
 */
export async function updaterOf(
  professional: Professional,
  structure: Structure,
): Promise<Pick<MetadataUpdateOptions, 'author' | 'contentType'>> {
  const author = authorOf(await professionalActor({ professional, structure }, 'author', null));
  // An actor without identifier is refused above.
  if (!author) throw new RangeError('a professional without identifier');
  return { author, contentType: outpatient };
}
