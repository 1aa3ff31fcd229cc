import type { Finding } from '../../errors.ts';
import { finding } from '../../internal/finding.ts';
import { soapNames, type SoapMessage } from '../../internal/soap/index.ts';
import type { ReadElement } from '../../internal/xml/index.ts';
import { messageRules } from '../rules/message/index.ts';
import { shown } from './place.ts';
import type { Operation } from '../message/operations.ts';

/** Headers that a message has once at most: a receiver refuses the second, or believes it. */
const single = ['Action', 'MessageID', 'To', 'From', 'ReplyTo', 'FaultTo'];

/**
 * Addressing headers of a message of these wires.
 *
 * @see IHE ITI TF-2, appendix V; WS-Addressing 1.0 SOAP Binding
 */
export function addressingFindings(
  { addressing, headers }: SoapMessage,
  operation: Operation,
  path: string,
): Finding[] {
  const { namespace, action, messageId, relatesTo } = addressing;
  const header = `${path}/Envelope/Header`;
  const { isAnswer, actions } = operation;
  // An answer without them can be used; a request is refused by real servers.
  const severity = isAnswer ? 'warning' : 'error';
  const out: Finding[] = [];

  if (!action) {
    out.push(finding(messageRules, 'SOAP-ADDRESSING', { path: `${header}/Action`, case: 'action', severity }));
  } else if (!actions.test(action)) {
    const found = shown(action);
    out.push(finding(messageRules, 'SOAP-ACTION', { path: `${header}/Action`, found, expected: operation.action }));
  }

  if (!isAnswer && !messageId) {
    out.push(finding(messageRules, 'SOAP-ADDRESSING', { path: `${header}/MessageID`, case: 'message-id' }));
  }
  if (isAnswer && !relatesTo) {
    out.push(finding(messageRules, 'SOAP-ADDRESSING', { path: `${header}/RelatesTo`, case: 'relates-to', severity }));
  }
  for (const name of single) {
    const isOf = ({ localName, namespace: own }: ReadElement): boolean => localName === name && own === namespace;
    if (headers.filter(isOf).length < 2) continue;
    out.push(finding(messageRules, 'SOAP-ADDRESSING', { path: `${header}/${name}`, case: 'twice', severity }));
  }
  if (namespace !== null && namespace !== soapNames.addressing) {
    const found = shown(namespace);
    out.push(finding(messageRules, 'SOAP-ADDRESSING', { path: header, case: 'version', severity: 'warning', found }));
  }
  return out;
}
