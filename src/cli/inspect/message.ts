import type { FileKind } from '../../conformance/index.ts';
import { factsOf, messageKind, readMessageFile, type Facts } from '../../conformance/message/index.ts';
import { group, row, type Description, type Row } from './rows.ts';

/**
 * What a wire message says, and what it carries where that can be described. A message that only
 * could carry it, such as an answer without documents, is described as a message; `null` for other
 * XML.
 */
export async function describeWire(
  detected: FileKind | null,
  bytes: Uint8Array,
  describeContent: (bytes: Uint8Array) => Description | null,
): Promise<WireDescription | null> {
  const message = await readMessageFile(bytes);
  const facts = message && factsOf(message);
  const content = contentOf(bytes, facts, describeContent);
  if (!message || !facts) return content;

  const { rows, data } = describeMessage(facts);
  return {
    kind: messageKind(detected, message),
    rows: content?.rows ?? rows,
    data: { ...content?.data, ...merged(content?.data, data) },
  };
}

/** A description, with what the file is now that it is read. */
interface WireDescription extends Description {
  readonly kind?: FileKind;
}

function contentOf(
  bytes: Uint8Array,
  message: Facts | null,
  describeContent: (bytes: Uint8Array) => Description | null,
): Description | null {
  try {
    return describeContent(bytes);
  } catch (error) {
    // Assertions outside any envelope are all there is to tell.
    if (!message || ('assertions' in message && !('soap' in message))) throw error;
    return null;
  }
}

/** Lists of one length in both are one list: each item has the words of both. */
function merged(content: Description['data'] | undefined, message: Description['data']): Description['data'] {
  const both = Object.entries(message).map(([name, value]): [string, unknown] => {
    const other = content?.[name];
    if (!Array.isArray(value) || !Array.isArray(other) || value.length !== other.length) return [name, value];
    return [
      name,
      value.map((item: unknown, place) => (isFacts(item) ? { ...(other[place] as object), ...item } : item)),
    ];
  });
  return Object.fromEntries(both);
}

/** The message for people and for programs. */
function describeMessage(facts: Facts): Description {
  const inner = facts['message'];
  const message = isFacts(inner) ? inner : facts;
  const parts = listOf(facts['parts']);

  return {
    rows: [
      ...parts.map((part) => ({
        label: 'Partie',
        value: `${textOf(part['contentType'])}, ${textOf(part['bytes'])} octets`,
      })),
      ...envelopeRows(message),
      ...contentRows(message),
    ],
    data: facts,
  };
}

function envelopeRows(message: Facts): Row[] {
  const fault = message['fault'];
  return [
    ...row('Racine', textOf(message['root'])),
    ...row('SOAP', textOf(message['soap'])),
    ...row('Action', textOf(message['wsaAction'])),
    ...row('Message', textOf(message['wsaMessageID'])),
    ...row('En réponse à', textOf(message['wsaRelatesTo'])),
    ...listOf(message['body']).map((name) => ({ label: 'Corps', value: textOf(name) })),
    ...(isFacts(fault) ? group('Refus SOAP', faultRows(fault)) : []),
  ];
}

function faultRows(fault: Facts): Row[] {
  return [
    ...row('Code', textOf(fault['code'])),
    ...listOf(fault['subcodes']).flatMap((code) => row('Sous-code', textOf(code))),
    ...row('Raison', textOf(fault['reason'])),
    ...listOf(fault['reasons']).flatMap((reason) => row(`Raison (${textOf(reason['lang'])})`, textOf(reason['text']))),
    ...listOf(fault['detail']).flatMap((name) => row('Détail', textOf(name))),
  ];
}

function contentRows(message: Facts): Row[] {
  const hl7 = isFacts(message['hl7']) ? message['hl7'] : {};
  return [
    ...row('Statut', textOf(message['status'])),
    ...listOf(message['errors']).flatMap((error) =>
      row(`Erreur ${textOf(error['code'])}`, textOf(error['context']) || textOf(error['severity'])),
    ),
    ...listOf(message['documentEntries']).flatMap((entry) => row('Document', textOf(entry['uniqueId']))),
    ...listOf(message['documents']).flatMap((entry) => row('Document', textOf(entry['DocumentUniqueId']))),
    ...listOf(message['documentRequests']).flatMap((entry) =>
      row('Document demandé', textOf(entry['DocumentUniqueId'])),
    ),
    ...row('Interaction HL7', textOf(hl7['interaction'])),
    ...listOf(hl7['acknowledgements']).flatMap((answer) => row('Accusé', textOf(answer['typeCode']))),
    ...row('Patients', hl7['patients'] === undefined ? null : listOf(hl7['patients']).length),
  ];
}

function isFacts(value: unknown): value is Facts {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The items of a list of facts or texts; a text is read as its own fact. */
function listOf(value: unknown): Facts[] {
  if (!Array.isArray(value)) return [];
  return value.map((item: unknown) => (isFacts(item) ? item : { text: item }));
}

function textOf(value: unknown): string {
  if (isFacts(value)) return textOf(value['text']);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
