import {
  codeOf,
  hl7Child,
  hl7Children,
  hl7v3,
  matchValueOf,
  patientIds,
  readId,
  readInteraction,
  valueOf,
  type Acknowledgement,
  type InstanceId,
  type QueryAcknowledgement,
} from '../../transport/patients/interaction.ts';
import { attributeOf, childElements, descend, descendants, type ReadElement } from '../../internal/xml/index.ts';
import { facts, texts, type Facts } from './values.ts';

const interactionName = /^[A-Z]{4}_IN\d{6}UV\d{2}$/;

/** Whether an element is an HL7 v3 interaction. */
export function isInteraction({ localName, namespace }: ReadElement): boolean {
  return namespace === hl7v3 && interactionName.test(localName);
}

const idFacts = (id: InstanceId | null): Facts | undefined => (id ? facts({ ...id }) : undefined);
const someOf = <T>(list: readonly T[]): readonly T[] | undefined => (list.length > 0 ? list : undefined);

/**
 * An HL7 v3 message of PIX or PDQ: who sent it, what it acknowledges, what it asks, whom it names.
 *
 * @see IHE ITI TF-2, sections 3.44, 3.45 and 3.47
 */
export function interactionFacts(message: ReadElement): Facts {
  const { name, id, acknowledgements, queryAck, query, patients } = readInteraction(message);
  const replaced = hl7Children(hl7Child(message, 'controlActProcess'), 'subject').flatMap(replacedIds);

  return facts({
    interaction: name,
    messageId: idFacts(id),
    creationTime: valueOf(message, 'creationTime'),
    processingCode: codeOf(message, 'processingCode'),
    acceptAckCode: codeOf(message, 'acceptAckCode'),
    sender: deviceFacts(message, 'sender'),
    receiver: deviceFacts(message, 'receiver'),
    acknowledgements: someOf(acknowledgements.map(acknowledgementFacts)),
    queryAck: queryAck && queryAnswerFacts(queryAck),
    query: query && parameterFacts(query),
    replacedIds: someOf(replaced),
    patients: patients.length > 0 || queryAck ? patients.map(patientFacts) : undefined,
  });
}

function deviceFacts(message: ReadElement, role: string): Facts | undefined {
  const id = hl7Child(hl7Child(hl7Child(message, role), 'device'), 'id');
  return id && idFacts(readId(id));
}

function acknowledgementFacts({ typeCode, targetMessage, details }: Acknowledgement): Facts {
  return facts({
    typeCode,
    targetMessage: idFacts(targetMessage),
    details: someOf(details.map(({ code, text, location }) => facts({ code, text, location }))),
  });
}

function queryAnswerFacts({ queryId, ...answer }: QueryAcknowledgement): Facts {
  return facts({ queryId: idFacts(queryId), ...answer });
}

function parameterFacts(query: ReadElement): Facts {
  const list = hl7Child(query, 'parameterList');
  const queryId = hl7Child(query, 'queryId');
  const parameters = list ? childElements(list) : [];
  // Values of identifiers and of their domains have a root; other values have another type.
  const ids = parameters
    .flatMap((parameter) => hl7Children(parameter, 'value'))
    .filter((value) => attributeOf(value, 'root') !== undefined)
    .map((value) => idFacts(readId(value)));

  return facts({
    queryId: queryId && idFacts(readId(queryId)),
    initialQuantity: valueOf(query, 'initialQuantity'),
    parameters: parameters.map(({ localName }) => localName),
    ids,
  });
}

function patientFacts(patient: ReadElement): Facts {
  const person = hl7Child(patient, 'patientPerson');
  const { own, others } = patientIds(patient);

  return facts({
    ids: own.map(idFacts),
    status: codeOf(patient, 'statusCode'),
    names: hl7Children(person, 'name').map(nameFacts),
    gender: person && genderOf(person),
    birth: valueOf(person, 'birthTime'),
    otherIds: someOf(others.map(idFacts)),
    matchValue: matchValueOf(patient),
  });
}

/** A code, or why there is none. */
function genderOf(person: ReadElement): string | undefined {
  const gender = hl7Child(person, 'administrativeGenderCode');
  return attributeOf(gender, 'code') ?? attributeOf(gender, 'nullFlavor');
}

function nameFacts(name: ReadElement): Facts {
  return facts({
    use: attributeOf(name, 'use'),
    family: someOf(texts(name, 'family')),
    given: someOf(texts(name, 'given')),
  });
}

/** Identifiers of a patient that give way to another one. */
function replacedIds(subject: ReadElement): (Facts | undefined)[] {
  return hl7Children(hl7Child(subject, 'registrationEvent'), 'replacementOf')
    .flatMap((replacement) => [...descendants(replacement)])
    .filter(({ localName }) => localName === 'priorRegisteredRole')
    .flatMap((role) => hl7Children(role, 'id'))
    .map((id) => idFacts(readId(id)));
}

/** The interaction in a message, wrapped or not; of a request beside its answer the answer. */
export function findInteraction(root: ReadElement): ReadElement | undefined {
  const found = [...descendants(root)].filter(isInteraction);
  return found.find((node) => descend(node, 'controlActProcess', 'queryAck')) ?? found[0];
}
