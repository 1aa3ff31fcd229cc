import { isTerrESanteError, type Finding } from '../../../errors.ts';
import type { ByteSource } from '../../../internal/bytes.ts';
import { finding } from '../../../internal/finding.ts';
import type { CdaHeader } from '../../model/document.ts';
import type { DocumentEntry } from '../../model/metadata.ts';
import { readCdaSource } from '../../read/read.ts';
import { submissionRules } from '../../rules/submission.ts';
import { againstEntry } from './against-entry.ts';

const isCda = ({ mimeType }: DocumentEntry): boolean => mimeType === 'text/xml' || mimeType === 'application/xslt+xml';

/** A signature or a style sheet is one more document, but not a CDA. */
const isClinical = (entry: DocumentEntry): boolean =>
  isCda(entry) && entry.languageCode !== 'art' && entry.typeCode.code !== 'FEUILLE-DE-STYLE';

/**
 * Checks a document, as its bytes are, against its entry.
 *
 * @returns The findings, and the header of the CDA when there is one.
 */
export async function documentFindings(
  entry: DocumentEntry,
  content: ByteSource,
  path: string,
): Promise<{ findings: Finding[]; header: CdaHeader | null }> {
  const clinical = isClinical(entry);
  if (!clinical && !(await holdsCda(content))) return { findings: [], header: null };

  try {
    const { header } = await readCdaSource(content);
    const findings = againstEntry(header, entry, path);
    if (!clinical) findings.unshift(finding(submissionRules, 'SUB-MIME-TYPE', { path }));
    return { findings, header };
  } catch (error) {
    if (!isTerrESanteError(error)) throw error;

    return { findings: [finding(submissionRules, 'SUB-CDA', { path, found: error.code })], header: null };
  }
}

/** Where a CDA begins, also under its style sheet or a signature. */
const cdaStart = /<(?:[\w.-]+:)?ClinicalDocument[\s>/]/;
const sniffedBytes = 1024 * 1024;

/**
 * Whether the bytes are a CDA, not what the metadata announce: an entry that calls a CDA something
 * else must not hide its patient.
 */
async function holdsCda(content: ByteSource): Promise<boolean> {
  let seen = 0;
  let tail = '';
  for await (const chunk of content.open()) {
    const text = tail + Buffer.from(chunk).toString('latin1');
    if (cdaStart.test(text)) return true;

    seen += chunk.length;
    if (seen > sniffedBytes) return false;
    tail = text.slice(-100);
  }
  return false;
}
