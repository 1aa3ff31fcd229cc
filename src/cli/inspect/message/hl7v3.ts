import {
  attributeOf,
  childElement,
  childElements,
  descend,
  descendants,
  type ReadElement,
} from '../../../internal/xml/index.ts';
import { attributes, facts, texts, type Facts } from './values.ts';

export const hl7v3 = 'urn:hl7-org:v3';
const interactionName = /^[A-Z]{4}_IN\d{6}UV\d{2}$/;
const idParts = ['root', 'extension', 'assigningAuthorityName', 'nullFlavor'];

/** Whether an element is an HL7 v3 interaction. */
export function isInteraction({ localName, namespace }: ReadElement): boolean {
  return namespace === hl7v3 && interactionName.test(localName);
}

const idOf = (node: ReadElement | undefined): Facts | undefined => (node ? attributes(node, idParts) : undefined);
const idsOf = (node: ReadElement): Facts[] => childElements(node, 'id').map((id) => attributes(id, idParts));
const valueOf = (node: ReadElement, name: string): string | undefined => attributeOf(childElement(node, name), 'value');
const codeOf = (node: ReadElement, name: string): string | undefined => attributeOf(childElement(node, name), 'code');

/**
 * An HL7 v3 message of PIX or PDQ: who sent it, what it acknowledges, what it asks, whom it names.
 *
 * @see IHE ITI TF-2, sections 3.44, 3.45 and 3.47
 */
export function interactionFacts(message: ReadElement): Facts {
  const act = childElement(message, 'controlActProcess');
  const subjects = act ? childElements(act, 'subject') : [];
  const query = act && childElement(act, 'queryByParameter');
  const answer = act && childElement(act, 'queryAck');
  const acknowledgements = childElements(message, 'acknowledgement').map(acknowledgementFacts);
  const replaced = subjects.flatMap(replacedIds);
  const patients = subjects.flatMap(patientFacts);

  return facts({
    interaction: message.localName,
    messageId: idOf(childElement(message, 'id')),
    creationTime: valueOf(message, 'creationTime'),
    processingCode: codeOf(message, 'processingCode'),
    acceptAckCode: codeOf(message, 'acceptAckCode'),
    sender: idOf(descend(message, 'sender', 'device', 'id')),
    receiver: idOf(descend(message, 'receiver', 'device', 'id')),
    acknowledgements: acknowledgements.length > 0 ? acknowledgements : undefined,
    queryAck: answer && queryAnswerFacts(answer),
    query: query && parameterFacts(query),
    replacedIds: replaced.length > 0 ? replaced : undefined,
    patients: patients.length > 0 || answer ? patients : undefined,
  });
}

function acknowledgementFacts(node: ReadElement): Facts {
  const details = childElements(node, 'acknowledgementDetail').map((detail) =>
    facts({
      code: codeOf(detail, 'code'),
      text: texts(detail, 'text')[0],
      location: texts(detail, 'location')[0],
    }),
  );

  return facts({
    // Version 2005 has an attribute where later ones have an element.
    typeCode: codeOf(node, 'typeCode') ?? attributeOf(node, 'typeCode'),
    targetMessage: idOf(descend(node, 'targetMessage', 'id')),
    details: details.length > 0 ? details : undefined,
  });
}

function queryAnswerFacts(node: ReadElement): Facts {
  return facts({
    queryId: idOf(childElement(node, 'queryId')),
    queryResponseCode: codeOf(node, 'queryResponseCode'),
    statusCode: codeOf(node, 'statusCode'),
    resultTotalQuantity: valueOf(node, 'resultTotalQuantity'),
    resultCurrentQuantity: valueOf(node, 'resultCurrentQuantity'),
    resultRemainingQuantity: valueOf(node, 'resultRemainingQuantity'),
  });
}

function parameterFacts(query: ReadElement): Facts {
  const list = childElement(query, 'parameterList');
  const parameters = list ? childElements(list) : [];
  // Values of identifiers and of their domains have a root; other values have another type.
  const ids = parameters
    .flatMap((parameter) => childElements(parameter, 'value'))
    .filter((value) => attributeOf(value, 'root') !== undefined)
    .map((value) => attributes(value, idParts));

  return facts({
    queryId: idOf(childElement(query, 'queryId')),
    initialQuantity: valueOf(query, 'initialQuantity'),
    parameters: parameters.map(({ localName }) => localName),
    ids,
  });
}

/** The patient of a subject, and the identifiers of a patient that it replaces. */
function patientFacts(subject: ReadElement): Facts[] {
  const event = childElement(subject, 'registrationEvent');
  const patients = event ? childElements(event, 'subject1').flatMap((role) => childElements(role, 'patient')) : [];

  return patients.map((patient) => {
    const person = childElement(patient, 'patientPerson');
    const otherIds = person ? childElements(person, 'asOtherIDs').flatMap(idsOf) : [];
    const match = descend(patient, 'subjectOf1', 'queryMatchObservation', 'value');

    return facts({
      ids: idsOf(patient),
      status: codeOf(patient, 'statusCode'),
      names: person ? childElements(person, 'name').map(nameFacts) : [],
      gender: person && genderOf(person),
      birth: person && valueOf(person, 'birthTime'),
      otherIds: otherIds.length > 0 ? otherIds : undefined,
      matchValue: attributeOf(match, 'value'),
    });
  });
}

/** A code, or why there is none. */
function genderOf(person: ReadElement): string | undefined {
  const gender = childElement(person, 'administrativeGenderCode');
  return attributeOf(gender, 'code') ?? attributeOf(gender, 'nullFlavor');
}

function nameFacts(name: ReadElement): Facts {
  const parts = (part: string): string[] | undefined => {
    const found = texts(name, part);
    return found.length > 0 ? found : undefined;
  };
  return facts({ use: attributeOf(name, 'use'), family: parts('family'), given: parts('given') });
}

function replacedIds(subject: ReadElement): Facts[] {
  const event = childElement(subject, 'registrationEvent');
  if (!event) return [];

  return childElements(event, 'replacementOf')
    .flatMap((replacement) => [...descendants(replacement)])
    .filter(({ localName }) => localName === 'priorRegisteredRole')
    .flatMap(idsOf);
}

/** The interaction in a message, wrapped or not; of a request beside its answer the answer. */
export function findInteraction(root: ReadElement): ReadElement | undefined {
  const found = [...descendants(root)].filter(isInteraction);
  return found.find((node) => descend(node, 'controlActProcess', 'queryAck')) ?? found[0];
}
