import { formatCx } from '../../../internal/hl7.ts';
import { element, text, type Xml, type XmlAttributes } from '../../../internal/xml/index.ts';
import type { AuditEvent } from '../model.ts';
import {
  isDocument,
  kindOf,
  nationalDomains,
  outcomeOf,
  purposeWords,
  requestId,
  transactionOf,
  type EventKind,
} from './kinds.ts';

/**
 * An access as an audit message: one element, without declaration and line feeds. Addresses of
 * machines are not in the journal, so they are not in the message; the name of the patient is left
 * empty.
 *
 * @see DICOM PS3.15, A.5.1 (schema) and A.5.2; IHE ITI TF-2, 3.20 (ITI-20)
 */
export function atnaMessage(event: AuditEvent, source: string): string {
  const kind = kindOf(event);
  return element(
    'AuditMessage',
    {},
    identification(event, kind),
    ...participants(event, kind, source),
    element(
      'AuditSourceIdentification',
      { AuditEnterpriseSiteID: event.structure, AuditSourceID: source },
      element('AuditSourceTypeCode', { 'csd-code': '1' }),
    ),
    ...objects(event),
  );
}

function code(name: string, value: string, system: string, label: string): Xml {
  return element(name, { 'csd-code': value, codeSystemName: system, originalText: label });
}

function identification(event: AuditEvent, kind: EventKind): Xml {
  const transaction = transactionOf(event);
  const attributes: XmlAttributes = {
    EventActionCode: kind.action,
    EventDateTime: event.at,
    EventOutcomeIndicator: outcomeOf(event),
  };
  return element(
    'EventIdentification',
    attributes,
    code('EventID', kind.event.code, 'DCM', kind.event.display),
    transaction
      ? code('EventTypeCode', transaction.code, 'IHE Transactions', transaction.display)
      : code('EventTypeCode', event.action, 'terr-esante-sdk', event.action),
    event.code !== null && element('EventOutcomeDescription', {}, text(event.code)),
  );
}

/**
 * The professional, the software and the platform; a document that comes in has the platform as its
 * source.
 */
function participants(event: AuditEvent, kind: EventKind, source: string): readonly Xml[] {
  const roles: readonly [Xml, Xml] = [
    code('RoleIDCode', '110153', 'DCM', 'Source Role ID'),
    code('RoleIDCode', '110152', 'DCM', 'Destination Role ID'),
  ];
  const isIncoming = kind.event.code === '110107';
  return [
    element('ActiveParticipant', { UserID: event.professional, UserIsRequestor: 'true' }),
    element('ActiveParticipant', { UserID: source, UserIsRequestor: 'false' }, roles[isIncoming ? 1 : 0]),
    element('ActiveParticipant', { UserID: event.binding, UserIsRequestor: 'false' }, roles[isIncoming ? 0 : 1]),
  ];
}

function objects(event: AuditEvent): readonly Xml[] {
  return [patientObject(event), accessedObject(event), requestObject(event)].flatMap((object) => object ?? []);
}

/** RFC 3881, 5.5.4: 2 is the number of a patient. */
function patientObject(event: AuditEvent): Xml | null {
  const { patient, purpose, reason } = event;
  if (!patient) return null;
  return object(
    { id: patientId(patient), type: '1', role: '1' },
    code('ParticipantObjectIDTypeCode', '2', 'RFC-3881', 'Patient Number'),
    [detail('purposeOfUse', purposeWords[purpose]), reason !== null && detail('reason', reason)],
  );
}

const patientId = ({ system, value }: NonNullable<AuditEvent['patient']>): string =>
  formatCx({ id: value, oid: system, type: '' }).slice(0, -1);

/** RFC 3881, 5.5.4: 9 is the number of a report. */
function accessedObject(event: AuditEvent): Xml | null {
  if (event.object === null) return null;
  return isDocument(event)
    ? object(
        { id: event.object, type: '2', role: '3' },
        code('ParticipantObjectIDTypeCode', '9', 'RFC-3881', 'Report Number'),
      )
    : object(
        { id: event.object, type: '2', role: '4' },
        code('ParticipantObjectIDTypeCode', event.action, 'terr-esante-sdk', event.action),
      );
}

function requestObject({ correlationId, action, structure }: AuditEvent): Xml {
  return object(
    { id: correlationId, type: '4', role: '26' },
    code('ParticipantObjectIDTypeCode', requestId.code, requestId.system, 'X-Request-Id'),
    [detail('action', action), detail('structure', `${structure}@${nationalDomains.structure}`)],
  );
}

function object(
  { id, type, role }: { readonly id: string; readonly type: string; readonly role: string },
  idType: Xml,
  details: readonly (Xml | false)[] = [],
): Xml {
  const attributes: XmlAttributes = {
    ParticipantObjectID: id,
    ParticipantObjectTypeCode: type,
    ParticipantObjectTypeCodeRole: role,
  };
  return element(
    'ParticipantObjectIdentification',
    attributes,
    idType,
    element('ParticipantObjectName', {}),
    ...details,
  );
}

function detail(type: string, value: string): Xml {
  return element('ParticipantObjectDetail', { type, value: Buffer.from(value, 'utf8').toString('base64') });
}
