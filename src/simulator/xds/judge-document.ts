import type { DocumentEntry } from '../../documents/index.ts';
import { isTerrESanteError } from '../../errors.ts';
import { sha1Hex } from '../../internal/bytes.ts';
import { faultOf } from '../../internal/fault.ts';
import { readXml, xmlFaults, type ReadElement } from '../../internal/xml/index.ts';
import { isCda, simulatedCdaOf, type SimulatedCda } from '../intake/cda.ts';
import { checkMetadataAgainstCda, checkRights, findDossier, RefusedDocument } from '../intake/check-document.ts';
import { documentToFile, requireSafe } from '../intake/examine.ts';
import type { JudgedDocument } from '../registry/register.ts';
import type { DossierState } from '../state/state.ts';
import type { XdsContext } from './context.ts';
import { RefusedRequest, type Problem } from './problem.ts';

/** A document of a request, before its dossier is known. */
export interface OfferedDocument {
  readonly entry: DocumentEntry;
  readonly bytes: Uint8Array;
  readonly sha1: string;
  /** `null` for a document of another kind, which is filed as it is. */
  readonly cda: SimulatedCda | null;
  readonly place: string;
}

/**
 * Looks at the bytes of a document by themselves: its kind, and whether they are those that its
 * entry tells of.
 *
 * @throws RefusedRequest
 */
export async function offeredDocument(
  entry: DocumentEntry,
  bytes: Uint8Array,
  place: string,
): Promise<OfferedDocument> {
  const sha1 = sha1Hex(bytes);
  const differs = (attribute: string): Problem => ({
    code: 'XDSRepositoryMetadataError',
    context: `${attribute} : autre valeur que celle des octets reçus.`,
    location: place,
  });
  const problems = [
    ...(entry.hash !== null && entry.hash !== sha1 ? [differs('hash')] : []),
    ...(entry.size !== null && entry.size !== bytes.length ? [differs('size')] : []),
  ];
  if (problems.length > 0) throw new RefusedRequest(...problems);

  const cda = readCdaOf(entry, bytes, place);
  if (cda?.pdf) await refusing(place, () => requireSafe(cda.pdf ?? bytes));
  return { entry, bytes, sha1, cda, place };
}

/** A document said to be XML must be; of these only a CDA is looked into. */
function readCdaOf({ mimeType }: DocumentEntry, bytes: Uint8Array, place: string): SimulatedCda | null {
  if (!/^(?:text|application)\/xml$/i.test(mimeType.trim())) return null;

  let root: ReadElement;
  try {
    root = readXml(bytes, { maxBytes: Math.max(1, bytes.length) });
  } catch (error) {
    const reason = faultOf(error, xmlFaults);
    const why = reason === null ? 'refusé' : xmlFaults[reason].fr;
    throw new RefusedRequest({ code: 'InvalidDocumentContent', context: `XML illisible : ${why}.`, location: place });
  }
  if (!isCda(root)) return null;

  const cda = simulatedCdaOf(root);
  if (cda) return cda;
  const context = "Le document CDA n'est pas celui d'un seul patient.";
  throw new RefusedRequest({ code: 'InvalidDocumentContent', context, location: place });
}

/**
 * Judges a document of a known dossier as the mail side does: against its own header, its patient,
 * its author.
 *
 * @throws RefusedRequest
 */
export function judgeDocument(
  { entry, bytes, sha1, cda, place }: OfferedDocument,
  dossier: DossierState,
  { state, requireIns }: XdsContext,
): Exclude<JudgedDocument['document'], { readonly submittedAt: number }> {
  if (!cda) return otherDocument(entry, bytes, sha1);

  return refusingNow(place, () => {
    checkMetadataAgainstCda(entry, cda);
    if (findDossier(state, entry, cda, requireIns) !== dossier) {
      throw new RefusedDocument('904', 'SIM-IDENTIFIERS-DISAGREE');
    }
    checkRights(dossier, cda);
    return documentToFile(entry, cda, bytes, sha1);
  });
}

/** A document that is no CDA: a signature, an image, a text. All that is known is its entry. */
function otherDocument(entry: DocumentEntry, bytes: Uint8Array, sha1: string): ReturnType<typeof judgeDocument> {
  const level = entry.confidentialityCodes.find(({ code }) => /^[NRV]$/.test(code));
  return {
    uniqueId: entry.uniqueId,
    title: entry.title,
    typeCode: entry.typeCode.code,
    typeLabel: entry.typeCode.displayName,
    confidentiality: level?.code ?? '',
    hiddenFromProfessionals: isHidden(entry),
    mimeType: entry.mimeType,
    sha1,
    bytes,
    pdf: null,
    author: entry.authors[0]?.person.id ?? '',
    replaces: null,
  };
}

/** The mask of JDV_J08 for professionals. */
export function isHidden({ confidentialityCodes }: DocumentEntry): boolean {
  return confidentialityCodes.some(({ code }) => code === 'MASQUE_PS');
}

/** Codes of the mail side in the words of a registry. */
const meanings: Readonly<Record<string, Pick<Problem, 'code' | 'context'>>> = {
  '900': { code: 'XDSRegistryDeprecatedDocumentError', context: "La version remplacée n'est pas la version en cours." },
  '901': { code: 'XDSReplaceFailed', context: "Seul l'auteur d'un document le remplace." },
  '902': { code: 'XDSUnknownPatientId', context: 'Aucun dossier pour les identifiants du document.' },
  '903': { code: 'XDSRepositoryMetadataError', context: "Le document ne porte pas d'INS." },
  '904': { code: 'XDSPatientIdDoesNotMatch', context: "L'identité du document n'est pas celle du dossier." },
  '905': { code: 'XDSRepositoryMetadataError', context: 'Le document porte une INS sans tous ses traits.' },
};
const rights: ReadonlySet<string> = new Set(['SIM-DOSSIER-CLOSED', 'SIM-AUTHOR-BLOCKED']);

function problemOf({ code, rules }: RefusedDocument, place: string): Problem {
  const known = meanings[code];
  if (known) return { ...known, location: place };
  if (rules.some((rule) => rights.has(rule))) {
    return { code: 'XDSRepositoryError', context: `Dépôt refusé (${rules.join(', ')}).`, location: place };
  }
  if (rules.includes('SIM-PDF')) {
    return { code: 'InvalidDocumentContent', context: 'PDF refusé.', location: place };
  }
  const context = `La fiche diffère de l'en-tête du document (${rules.join(', ')}).`;
  return { code: 'XDSRepositoryMetadataError', context, location: place };
}

async function refusing<T>(place: string, judge: () => Promise<T>): Promise<T> {
  try {
    return await judge();
  } catch (error) {
    throw asRefusal(error, place);
  }
}

function refusingNow<T>(place: string, judge: () => T): T {
  try {
    return judge();
  } catch (error) {
    throw asRefusal(error, place);
  }
}

function asRefusal(error: unknown, place: string): unknown {
  if (error instanceof RefusedDocument) return new RefusedRequest(problemOf(error, place));
  if (!isTerrESanteError(error)) return error;
  return new RefusedRequest({ code: 'InvalidDocumentContent', context: 'Document illisible.', location: place });
}
