import { attributeOf, childElement, childElements, textOf, xmlNamespace, type ReadElement } from '../xml/index.ts';
import { soapNames } from './names.ts';
import { qualifiedName } from './qualified-name.ts';

/** A reason in one language. */
export interface FaultReason {
  /** As written; `null` in SOAP 1.1. */
  readonly language: string | null;
  readonly text: string;
}

/** A fault as the far side wrote it, whatever its version and the order of its parts. */
export interface SoapFault {
  /** With its namespace in braces; `null` when the fault says none. */
  readonly code: string | null;
  /** From the outermost to the innermost. */
  readonly subcodes: readonly string[];
  readonly reasons: readonly FaultReason[];
  readonly node: string | null;
  readonly role: string | null;
  /** What stands in the detail. */
  readonly detail: readonly ReadElement[];
}

/**
 * Reads a fault. Its parts are found by name, not by place: some stacks write the reason first.
 *
 * @param path - the ancestors of the fault, outermost first: they declare the prefixes of its codes
 * @see SOAP 1.2 part 1, section 5.4, and SOAP 1.1, section 4.4
 */
export function readFault(fault: ReadElement, path: readonly ReadElement[]): SoapFault {
  const own = [...path, fault];
  return fault.namespace === soapNames.soap12 ? readFault12(fault, own) : readFault11(fault, own);
}

function readFault12(fault: ReadElement, path: readonly ReadElement[]): SoapFault {
  const part = (name: string): ReadElement | undefined => childElement(fault, name, soapNames.soap12);
  const [code = null, ...subcodes] = codesOf(part('Code'), path);
  const reason = part('Reason');
  const detail = part('Detail');

  return {
    code,
    subcodes,
    reasons: (reason ? childElements(reason, 'Text', soapNames.soap12) : []).map((text) => ({
      language: attributeOf(text, 'lang', xmlNamespace) ?? null,
      text: textOf(text).trim(),
    })),
    node: trimmed(part('Node')),
    role: trimmed(part('Role')),
    detail: detail ? childElements(detail) : [],
  };
}

/** The value of a code, then those of the subcodes in it. */
function codesOf(outermost: ReadElement | undefined, path: readonly ReadElement[]): string[] {
  const codes: string[] = [];
  const inside = [...path];

  for (let code = outermost; code; code = childElement(code, 'Subcode', soapNames.soap12)) {
    inside.push(code);
    const value = childElement(code, 'Value', soapNames.soap12);
    if (value) codes.push(qualifiedName(textOf(value), [...inside, value]));
  }
  return codes;
}

/** Its parts have no namespace; some stacks give them that of the envelope. */
function readFault11(fault: ReadElement, path: readonly ReadElement[]): SoapFault {
  const code = childElement(fault, 'faultcode');
  const reason = childElement(fault, 'faultstring');
  const detail = childElement(fault, 'detail');

  return {
    code: code ? qualifiedName(textOf(code), [...path, code]) : null,
    subcodes: [],
    reasons: reason ? [{ language: null, text: textOf(reason).trim() }] : [],
    node: null,
    role: trimmed(childElement(fault, 'faultactor')),
    detail: detail ? childElements(detail) : [],
  };
}

function trimmed(node: ReadElement | undefined): string | null {
  return node ? textOf(node).trim() : null;
}
