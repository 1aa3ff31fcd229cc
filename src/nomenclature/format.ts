import type { Coded } from './coded.ts';
import { loadMapping, loadNomenclature } from './nomenclature.ts';
import { readingLater } from '../internal/border.ts';

const otherFormat: Coded = {
  code: 'urn:asipSante:modelesHorsProfils:2011',
  codeSystem: '1.2.250.1.213.1.1.4.2.282',
  displayName: 'Document non référencé IHE ou CI-SIS',
};

/** What decides the XDS format of a CDA document. @group Nomenclatures */
export type FormatSource = { readonly mediaType: string } | { readonly templateIds: readonly string[] };

/**
 * The XDS formatCode of a CDA document: by the media type of its body (mapping ASS_A12), or by the
 * templates of a structured document (ASS_A11, the last template that the mapping knows); otherwise
 * the code of documents outside the profiles. A target that JDV_J10 no longer lists keeps its code,
 * with the code as its label.
 *
 * @example
 * ```ts
 * import { findFormatCode } from 'terr-esante-sdk/documents';
 *
 * (await findFormatCode({ mediaType: 'application/pdf' })).code; // 'urn:ihe:iti:xds-sd:pdf:2008'
 * ```
 *
 * @group Nomenclatures
 */
export async function findFormatCode(source: FormatSource): Promise<Coded> {
  return readingLater('source', () => formatCodeOf(source));
}

async function formatCodeOf(source: FormatSource): Promise<Coded> {
  const pairs = await loadMapping('mediaType' in source ? 'mediaTypeToFormat' : 'templateToFormat');
  const keys = 'mediaType' in source ? [source.mediaType] : [...source.templateIds].reverse();

  for (const key of keys) {
    const target = pairs.find((pair) => pair.source.code === key)?.target;
    if (!target) continue;
    const formats = await loadNomenclature('formatCode');
    return { ...target, displayName: formats.find(target.code, target.codeSystem)?.displayName ?? target.code };
  }

  return otherFormat;
}
