import { TerrESanteError } from '../../errors.ts';
import { isDeliveryStatus, isDisposition, isEmbeddedMessage, isOriginal } from './report-parts.ts';

/** The part of an IMAP body structure that is used. */
export interface StructureNode {
  readonly part?: string | undefined;
  readonly type: string;
  readonly size?: number | undefined;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  readonly disposition?: string | undefined;
  readonly dispositionParameters?: Readonly<Record<string, string>> | undefined;
  readonly childNodes?: readonly StructureNode[] | undefined;
}

/** Where the interesting parts of a message are. */
export interface PartMap {
  readonly deliveryStatus: readonly string[];
  /** The first part for a person, as plain text. */
  readonly text: string | null;
  readonly disposition: string | null;
  /** An embedded message whose headers can be asked alone. */
  readonly embedded: string | null;
  /** Headers of the original, as a part of their own or an attached `.eml`. */
  readonly originalText: string | null;
  readonly archive: { readonly part: string; readonly bytes: number } | null;
}

/** Most parts of a mail, and deepest nesting, that are looked at: a report has three parts. */
const maxParts = 200;
const maxDepth = 20;

/** Finds the parts without downloading anything. An embedded message is not searched. */
export function mapParts(root: StructureNode): PartMap {
  const deliveryStatus: string[] = [];
  const found: Found = {
    deliveryStatus,
    text: null,
    disposition: null,
    embedded: null,
    originalText: null,
    archive: null,
  };
  let count = 0;

  const visit = (node: StructureNode, depth: number): void => {
    count += 1;
    if (count > maxParts || depth > maxDepth) {
      throw new TerrESanteError('TE_VALIDATION', 'Le message reçu dépasse les limites de lecture.', {
        details: { limit: 'maxParts' },
      });
    }

    if (isDeliveryStatus(node.type)) deliveryStatus.push(node.part ?? '1');
    else note(node, found);
    if (isEmbeddedMessage(node.type)) return;
    for (const child of node.childNodes ?? []) visit(child, depth + 1);
  };
  visit(root, 0);

  return found;
}

type Found = { -readonly [Name in keyof PartMap]: PartMap[Name] };

/**
 * Notes a part when it is the first of its kind. Two archives are refused: neither could be chosen.
 */
function note(node: StructureNode, found: Found): void {
  const { type } = node;
  const part = node.part ?? '1';
  const fileName = node.dispositionParameters?.['filename'] ?? node.parameters?.['name'];

  if (isDisposition(type)) {
    found.disposition ??= part;
  } else if (isEmbeddedMessage(type)) {
    found.embedded ??= part;
  } else if (isOriginal(type, fileName ?? null)) {
    found.originalText ??= part;
  } else if (/^text\/plain$/i.test(type) && node.disposition?.toLowerCase() !== 'attachment') {
    found.text ??= part;
  } else if (fileName !== undefined && /^ihe_xdm\.zip$/i.test(fileName)) {
    if (found.archive) throw new TerrESanteError('TE_VALIDATION', 'Le message porte deux archives IHE_XDM.');
    found.archive = { part, bytes: node.size ?? 0 };
  }
}
