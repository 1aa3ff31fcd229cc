import { clarkName, readSoapMessage } from '../../internal/soap/index.ts';
import { descendants, type ReadElement } from '../../internal/xml/index.ts';
import { operationOf } from './operations.ts';
import type { MessageFile } from './read.ts';

/**
 * What a message is, now that it is read: its first bytes cannot tell. An envelope around an
 * assertion and nothing of these wires stays an assertion.
 */
export function messageKind<K extends string>(detected: K | null, { root, mime }: MessageFile): K | 'message' | 'vihf' {
  if (mime !== null || root === null) return 'message';
  if (detected !== 'vihf') return detected ?? 'message';

  const soap = readSoapMessage(root);
  if (!soap) return root.localName === 'Assertion' ? 'vihf' : 'message';
  const isKnown = soap.fault !== null || soap.body.some((node) => operationOf(node, clarkName(node)) !== null);
  return !isKnown && hasAssertion(soap.headers) ? 'vihf' : 'message';
}

function hasAssertion(headers: readonly ReadElement[]): boolean {
  return headers.some((header) => [...descendants(header)].some(({ localName }) => localName === 'Assertion'));
}
