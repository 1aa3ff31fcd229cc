import { attributeOf, childElement, childElements, textOf, type ReadElement } from '../../internal/xml/index.ts';

/** Namespace of HL7 v3 messages. */
export const hl7v3 = 'urn:hl7-org:v3';

/** Name of the acknowledgement that answers what asks for nothing. */
export const acknowledgementName = 'MCCI_IN000002UV01';

/** An instance identifier, as written; `null` for an attribute that is absent. */
export interface InstanceId {
  readonly root: string | null;
  readonly extension: string | null;
  readonly assigningAuthorityName: string | null;
  readonly nullFlavor: string | null;
}

/** One line of an acknowledgement. */
export interface AcknowledgementDetail {
  /** `E`, `W` or `I`. */
  readonly typeCode: string | null;
  readonly code: string | null;
  readonly text: string | null;
  readonly location: string | null;
}

/** What the far side says of a message that it received. */
export interface Acknowledgement {
  readonly typeCode: string | null;
  readonly targetMessage: InstanceId | null;
  readonly details: readonly AcknowledgementDetail[];
}

/** What the far side says of a query; quantities are as written. */
export interface QueryAcknowledgement {
  readonly queryId: InstanceId | null;
  readonly queryResponseCode: string | null;
  readonly statusCode: string | null;
  readonly resultTotalQuantity: string | null;
  readonly resultCurrentQuantity: string | null;
  readonly resultRemainingQuantity: string | null;
}

/** An HL7 v3 message of PIX or PDQ, read but not judged. */
export interface Interaction {
  readonly name: string;
  readonly id: InstanceId | null;
  readonly interactionId: InstanceId | null;
  readonly acknowledgements: readonly Acknowledgement[];
  readonly queryAck: QueryAcknowledgement | null;
  /** Its `queryByParameter`: of an answer, the question as the far side understood it. */
  readonly query: ReadElement | null;
  readonly patients: readonly ReadElement[];
  /** Codes of the issues by which a far side explains that it gives no answer. */
  readonly issueCodes: readonly string[];
}

export const hl7Child = (node: ReadElement | undefined, name: string): ReadElement | undefined =>
  childElement(node, name, hl7v3);
export const hl7Children = (node: ReadElement | undefined, name: string): ReadElement[] =>
  node ? childElements(node, name, hl7v3) : [];

/**
 * Reads a message. Elements are known by their namespace, never by prefix or `xsi:type`.
 *
 * @see IHE ITI TF-2, sections 3.44, 3.45, 3.47 and appendix O
 */
export function readInteraction(message: ReadElement): Interaction {
  const act = hl7Child(message, 'controlActProcess');
  const queryAck = hl7Child(act, 'queryAck');

  return {
    name: message.localName,
    id: idOf(hl7Child(message, 'id')),
    interactionId: idOf(hl7Child(message, 'interactionId')),
    acknowledgements: hl7Children(message, 'acknowledgement').map(readAcknowledgement),
    queryAck: queryAck ? readQueryAck(queryAck) : null,
    query: hl7Child(act, 'queryByParameter') ?? null,
    patients: hl7Children(act, 'subject').flatMap(patientsOf),
    issueCodes: hl7Children(act, 'reasonOf')
      .map((reason) => codeOf(hl7Child(reason, 'detectedIssueEvent'), 'code'))
      .filter((code) => code !== null),
  };
}

/** The patients of one subject. */
function patientsOf(subject: ReadElement): ReadElement[] {
  return hl7Children(hl7Child(subject, 'registrationEvent'), 'subject1').flatMap((role) =>
    hl7Children(role, 'patient'),
  );
}

/** Identifiers of a patient: its own, then those it has elsewhere. */
export function patientIds(patient: ReadElement): { readonly own: InstanceId[]; readonly others: InstanceId[] } {
  const roles = hl7Children(hl7Child(patient, 'patientPerson'), 'asOtherIDs');
  return { own: idsOf(patient), others: roles.flatMap(idsOf) };
}

const idsOf = (node: ReadElement): InstanceId[] => hl7Children(node, 'id').map(readId);

/** The score of a candidate, as written. */
export function matchValueOf(patient: ReadElement): string | null {
  const observation = hl7Child(hl7Child(patient, 'subjectOf1'), 'queryMatchObservation');
  return attributeOf(hl7Child(observation, 'value'), 'value') ?? null;
}

export function readId(node: ReadElement): InstanceId {
  const [root = null, extension = null, assigningAuthorityName = null, nullFlavor = null] = [
    'root',
    'extension',
    'assigningAuthorityName',
    'nullFlavor',
  ].map((name) => attributeOf(node, name));
  return { root, extension, assigningAuthorityName, nullFlavor };
}

export function codeOf(node: ReadElement | undefined, name: string): string | null {
  return attributeOf(hl7Child(node, name), 'code') ?? null;
}

export function valueOf(node: ReadElement | undefined, name: string): string | null {
  return attributeOf(hl7Child(node, name), 'value') ?? null;
}

const idOf = (node: ReadElement | undefined): InstanceId | null => (node ? readId(node) : null);

function readAcknowledgement(node: ReadElement): Acknowledgement {
  return {
    // Version 2005 has an attribute where later ones have an element.
    typeCode: codeOf(node, 'typeCode') ?? attributeOf(node, 'typeCode') ?? null,
    targetMessage: idOf(hl7Child(hl7Child(node, 'targetMessage'), 'id')),
    details: hl7Children(node, 'acknowledgementDetail').map((detail) => ({
      typeCode: attributeOf(detail, 'typeCode') ?? null,
      code: codeOf(detail, 'code'),
      text: textIn(detail, 'text'),
      location: textIn(detail, 'location'),
    })),
  };
}

function textIn(node: ReadElement, name: string): string | null {
  const found = hl7Child(node, name);
  return found ? textOf(found).trim() : null;
}

function readQueryAck(node: ReadElement): QueryAcknowledgement {
  return {
    queryId: idOf(hl7Child(node, 'queryId')),
    queryResponseCode: codeOf(node, 'queryResponseCode'),
    statusCode: codeOf(node, 'statusCode'),
    resultTotalQuantity: valueOf(node, 'resultTotalQuantity'),
    resultCurrentQuantity: valueOf(node, 'resultCurrentQuantity'),
    resultRemainingQuantity: valueOf(node, 'resultRemainingQuantity'),
  };
}
