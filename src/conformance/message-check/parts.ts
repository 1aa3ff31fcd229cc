import type { Finding } from '../../errors.ts';
import { finding, type CaseOf } from '../../internal/finding.ts';
import { idOf, parseHeaderValue } from '../../internal/mime/index.ts';
import { soapNames } from '../../internal/soap/index.ts';
import { attributeOf, childElements, descendants, textOf, type ReadElement } from '../../internal/xml/index.ts';
import type { MimeFile } from '../message/mime.ts';
import { messageRules } from '../rules/message/index.ts';
import { partOf } from './deposit.ts';
import { shown } from './place.ts';

/** Types and parameters of a message in several parts, as far as its headers were kept. */
export function partFindings({ headers, parts, rootPart, isClosed }: MimeFile): Finding[] {
  const ids = parts.map((part) => idOf(part.headers.get('content-id'))).filter((id) => id !== null);
  const faults = [
    ...(isClosed ? [] : (['not-closed'] as const)),
    ...(new Set(ids).size < ids.length ? (['same-id'] as const) : []),
  ];
  const framing = faults.map((fault) => finding(messageRules, 'MESSAGE-PARTS', { path: '/', case: fault }));
  const root = parseHeaderValue(parts[rootPart]?.headers.get('content-type') ?? '');
  const announced = parseHeaderValue(headers.get('content-type') ?? '');

  // SOAP with attachments, without XOP, is another framing.
  const isXop = root.value === 'application/xop+xml' || /xop/i.test(announced.parameters.get('type') ?? '');
  if (!isXop) return framing;

  const out = [...framing];
  const faulty = (fault: CaseOf<(typeof messageRules)['MESSAGE-PART-TYPE']>, path: string, found: string): void => {
    out.push(finding(messageRules, 'MESSAGE-PART-TYPE', { path, case: fault, found: shown(found) || null }));
  };
  if (root.value !== 'application/xop+xml') faulty('root', `/parts[${String(rootPart + 1)}]/Content-Type`, root.value);
  if (announced.value === '') return out;

  const parameter = (name: string): string => announced.parameters.get(name) ?? '';
  if (parameter('type').toLowerCase() !== 'application/xop+xml') faulty('type', '/Content-Type', parameter('type'));
  if (!/^(?:application\/soap\+xml|text\/xml)\b/i.test(parameter('start-info'))) {
    faulty('start-info', '/Content-Type', parameter('start-info'));
  }
  const start = idOf(parameter('start'));
  if (start !== null && !parts.some(({ headers: own }) => idOf(own.get('content-id')) === start)) {
    faulty('start', '/Content-Type', '');
  }
  return out;
}

/** References of the documents to the parts of their message. */
export function includeFindings(root: ReadElement, file: MimeFile | null): Finding[] {
  return [...descendants(root)].flatMap((parent) => {
    const include = childElements(parent, 'Include', soapNames.xop)[0];
    if (!include) return [];

    const path = `//${shown(parent.localName)}/Include`;
    const faulty = (fault: CaseOf<(typeof messageRules)['MESSAGE-INCLUDE']>): Finding =>
      finding(messageRules, 'MESSAGE-INCLUDE', { path, case: fault });
    const isAlone = childElements(parent).length === 1 && textOf(parent).trim() === textOf(include).trim();
    const isPart = /^cid:/i.test((attributeOf(include, 'href') ?? '').trim());
    return [
      ...(isAlone ? [] : [faulty('beside')]),
      ...(isPart ? [] : [faulty('scheme')]),
      // An envelope kept alone has lost its parts.
      ...(isPart && file && !partOf(include, file.parts) ? [faulty('absent')] : []),
    ];
  });
}
