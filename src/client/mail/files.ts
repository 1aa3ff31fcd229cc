import type { CdaHeader } from '../../documents/index.ts';
import { TerrESanteError } from '../../errors.ts';
import { differingTraits } from '../../identity/differing-traits.ts';
import { bytesSource } from '../../internal/bytes.ts';
import type { BoundPatient } from '../../transport/index.ts';
import type { CareMail } from '../../transport/mss/care-mail.ts';
import type { CareLetterFile } from './model.ts';
import { requireNoTrait } from './shown-words.ts';

type MailFile = CareMail['files'][number];

const extensions = { pdf: 'pdf', cda: 'xml' } as const;
const contentTypes = { pdf: 'application/pdf', cda: 'text/xml' } as const;

/**
 * The files of a letter: sound PDF, CDA documents of the patient the letter is about, names that a
 * header may hold.
 *
 * @throws TerrESanteError `TE_PDF_REFUSED`, `TE_XML_INVALID`, `TE_DOCUMENT_INVALID`,
 *   `TE_IDENTITY_MISMATCH`, `TE_IDENTITY_STATUS`, `TE_INPUT_INVALID`
 * @param patient - whom the letter is about; `undefined` when that is not judged
 */
export async function mailFiles(
  files: readonly CareLetterFile[],
  patient: BoundPatient | null | undefined,
): Promise<readonly MailFile[]> {
  const found: MailFile[] = [];
  for (const [index, file] of files.entries()) found.push(await mailFile(file, index, patient));
  return found;
}

async function mailFile(
  { kind, bytes, fileName }: CareLetterFile,
  index: number,
  patient: BoundPatient | null | undefined,
): Promise<MailFile> {
  // What is checked is what leaves, even when the host changes its bytes meanwhile.
  const copy = Uint8Array.from(bytes);
  if (kind === 'pdf') await requireSoundPdf(copy);
  else await requireCda(copy, patient);

  return {
    fileName: nameOf(fileName, index, kind),
    contentType: contentTypes[kind],
    content: bytesSource(copy),
  };
}

async function requireSoundPdf(bytes: Uint8Array): Promise<void> {
  const { inspectPdf } = await import('../../documents/index.ts');
  const { ok, findings } = await inspectPdf(bytes);
  if (ok) return;

  const errors = findings.filter(({ severity }) => severity === 'error');
  throw new TerrESanteError('TE_PDF_REFUSED', `Le PDF est refusé : ${errors[0]?.message ?? 'motif inconnu.'}`, {
    findings: errors,
  });
}

async function requireCda(bytes: Uint8Array, patient: BoundPatient | null | undefined): Promise<void> {
  const { readCda } = await import('../../documents/index.ts');
  const { header } = readCda(bytes);
  if (patient !== undefined) requireCdaOf(patient, header);
}

/** A document of another patient never leaves, nor an INS that may not. */
function requireCdaOf(patient: BoundPatient | null, { patient: named, severalPatients }: CdaHeader): void {
  if (!patient) {
    throw new TerrESanteError('TE_INPUT_INVALID', 'Un fichier nomme un patient : dites lequel (about).', {
      details: { argument: 'about' },
    });
  }
  if (named.ins !== null && patient.ins === null) {
    throw new TerrESanteError(
      'TE_IDENTITY_STATUS',
      "Un fichier porte une INS que l'identité du patient ne permet pas de transmettre : rien n'a été envoyé.",
      { details: { traits: ['ins'] } },
    );
  }

  const { birthName, firstName, birthTime, sex } = named;
  const birthDate = /^\d{8}/.test(birthTime ?? '') ? isoDay(birthTime ?? '') : null;
  const said = { ...defined({ birthName, firstName, birthDate }), ...(sex !== null && { sex }) };
  const differing = differingTraits(patient.traits, said);
  const isWhole = birthName !== null && firstName !== null && birthDate !== null;
  const otherIns = named.ins !== null && (named.ins.value !== patient.ins?.value || named.ins.oid !== patient.ins.oid);
  if (!severalPatients && isWhole && differing.length === 0 && !otherIns) return;

  throw new TerrESanteError('TE_IDENTITY_MISMATCH', "Un fichier n'est pas de ce patient : rien n'a été envoyé.", {
    details: { traits: otherIns ? ['ins'] : differing },
  });
}

const isoDay = (hl7: string): string => `${hl7.slice(0, 4)}-${hl7.slice(4, 6)}-${hl7.slice(6, 8)}`;

function defined<K extends string>(values: Readonly<Record<K, string | null>>): Partial<Record<K, string>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)) as Partial<Record<K, string>>;
}

/** ASCII, without a path, and with the extension of its kind. */
function nameOf(asked: string | undefined, index: number, kind: CareLetterFile['kind']): string {
  if (asked === undefined) return `document-${String(index + 1)}.${extensions[kind]}`;

  requireNoTrait(`files[${String(index)}].fileName`, asked, null);
  const stem = asked.replace(/\.(?:pdf|xml|cda)$/i, '');
  const folded = stem
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9' _-]+/g, ' ')
    .trim()
    .slice(0, 120);
  return `${folded === '' ? `document-${String(index + 1)}` : folded}.${extensions[kind]}`;
}
