import { TerrESanteError } from '../../errors.ts';

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
  readonly deliveryStatus: string | null;
  readonly disposition: string | null;
  /** An embedded message whose headers can be asked alone. */
  readonly embedded: string | null;
  /** Headers of the original, as a text part or an attached `.eml`. */
  readonly originalText: string | null;
  readonly archive: { readonly part: string; readonly bytes: number } | null;
}

/** Finds the parts without downloading anything. An embedded message is not searched. */
export function mapParts(root: StructureNode): PartMap {
  let deliveryStatus: string | null = null;
  let disposition: string | null = null;
  let embedded: string | null = null;
  let originalText: string | null = null;
  let archive: PartMap['archive'] = null;
  let count = 0;
  const visit = (node: StructureNode, depth: number): void => {
    count += 1;
    if (count > 200 || depth > 20) {
      throw new TerrESanteError('TE_VALIDATION', 'Le message reçu dépasse les limites de lecture.', {
        details: { limit: 'maxParts' },
      });
    }
    const type = node.type.toLowerCase();
    const part = node.part ?? '1';
    const fileName = node.dispositionParameters?.['filename'] ?? node.parameters?.['name'] ?? '';
    if (/^message\/(?:global-)?delivery-status$/.test(type)) deliveryStatus ??= part;
    else if (/^message\/(?:global-)?disposition-notification$/.test(type)) disposition ??= part;
    else if (type === 'message/rfc822' || type === 'message/global') {
      embedded ??= part;
      return;
    } else if (type === 'text/rfc822-headers' || /\.eml$/i.test(fileName)) originalText ??= part;
    else if (/^ihe_xdm\.zip$/i.test(fileName)) {
      if (archive) throw new TerrESanteError('TE_VALIDATION', 'Le message porte deux archives IHE_XDM.');
      archive = { part, bytes: node.size ?? 0 };
    }
    for (const child of node.childNodes ?? []) visit(child, depth + 1);
  };
  visit(root, 0);
  return { deliveryStatus, disposition, embedded, originalText, archive };
}
