import type { Finding, Severity } from '../../errors.ts';
import { finding, type CaseOf } from '../../internal/finding.ts';
import { childElements, type ReadElement } from '../../internal/xml/index.ts';
import {
  hl7Child,
  hl7Children,
  patientIds,
  readInteraction,
  type Acknowledgement,
  type AcknowledgementDetail,
  type Interaction,
} from '../../transport/patients/interaction.ts';
import { messageRules } from '../rules/message/index.ts';
import type { Operation } from '../message/operations.ts';
import { shown, type Payload } from './place.ts';

/** Elements of every transmission. @see IHE ITI TF-2; HL7 v3, transmission wrapper */
const required = [
  'id',
  'creationTime',
  'interactionId',
  'processingCode',
  'processingModeCode',
  'acceptAckCode',
  'receiver',
  'sender',
];

/** Interactions that ask a question. */
const questions = /^PRPA_IN20130[59]UV02$/;

/** A message of PIX or PDQ: its transmission, what it asks, what it answers. */
export function interactionFindings({ node, path }: Payload, { isAnswer }: Operation): Finding[] {
  const message = readInteraction(node);
  const { interactionId, name } = message;

  return [
    ...required.filter((field) => !hl7Child(node, field)).map((field) => lacking(path, field)),
    ...(interactionId && interactionId.extension !== name
      ? [
          finding(messageRules, 'HL7-NAME', {
            path: `${path}/interactionId`,
            found: shown(interactionId.extension ?? '') || null,
            expected: name,
          }),
        ]
      : []),
    ...(questions.test(name) ? questionFindings(message, path) : []),
    ...(isAnswer ? answerFindings(message, path) : []),
  ];
}

function lacking(path: string, field: string): Finding {
  return finding(messageRules, 'HL7-REQUIRED', { path: `${path}/${field}`, values: { field } });
}

function questionFindings({ query }: Interaction, path: string): Finding[] {
  const at = `${path}/controlActProcess/queryByParameter`;
  const faulty = (fault: CaseOf<(typeof messageRules)['HL7-QUERY']>): Finding =>
    finding(messageRules, 'HL7-QUERY', { path: at, case: fault });
  if (!query) return [faulty('absent')];

  const parameters = hl7Child(query, 'parameterList');
  const hasValue = (parameter: ReadElement): boolean => hl7Children(parameter, 'value').some(saysSomething);
  return [
    ...(hl7Child(query, 'queryId') ? [] : [faulty('id')]),
    ...(parameters && childElements(parameters).some(hasValue) ? [] : [faulty('parameters')]),
  ];
}

function saysSomething(value: ReadElement): boolean {
  return value.children.length > 0 || value.attributes.some(({ localName }) => /^(?:root|code|value)$/.test(localName));
}

/** What an answer acknowledges, why it refuses, whom it names. */
function answerFindings(message: Interaction, path: string): Finding[] {
  const { acknowledgements, queryAck, patients } = message;
  const nameless = patients.flatMap((patient, index) => {
    const isNamed = patientIds(patient).own.some(({ root }) => root !== null);
    return isNamed ? [] : [finding(messageRules, 'HL7-PATIENT', { path: `${path}/patient[${String(index + 1)}]/id` })];
  });
  const announced = queryAck?.resultCurrentQuantity?.trim();
  const isOther = announced !== undefined && announced !== '' && Number(announced) !== patients.length;

  return [
    ...acknowledgementFindings(acknowledgements, `${path}/acknowledgement`),
    ...responseFindings(message, `${path}/controlActProcess/queryAck/queryResponseCode`),
    ...nameless,
    ...(isOther
      ? [
          finding(messageRules, 'HL7-COUNT', {
            path: `${path}/controlActProcess/queryAck/resultCurrentQuantity`,
            found: shown(announced),
            expected: String(patients.length),
          }),
        ]
      : []),
  ];
}

/** The codes of an acknowledgement, and whether they accept. @see HL7 v3, AcknowledgementType */
const types: ReadonlyMap<string, 'accepted' | 'error' | 'rejected'> = new Map([
  ['AA', 'accepted'],
  ['CA', 'accepted'],
  ['AE', 'error'],
  ['CE', 'error'],
  ['AR', 'rejected'],
  ['CR', 'rejected'],
]);

function acknowledgementFindings(acknowledgements: readonly Acknowledgement[], path: string): Finding[] {
  const faulty = (
    fault: CaseOf<(typeof messageRules)['HL7-ACKNOWLEDGEMENT']>,
    found: string | null = null,
    severity?: Severity,
  ): Finding => finding(messageRules, 'HL7-ACKNOWLEDGEMENT', { path, case: fault, found, severity });
  if (acknowledgements.length === 0) return [faulty('absent')];

  const kinds = new Set(acknowledgements.map(({ typeCode }) => types.get(typeCode ?? '')));
  return [
    ...(kinds.size > 1 ? [faulty('contrary')] : []),
    ...acknowledgements.flatMap((acknowledgement) => {
      const { typeCode, targetMessage, details } = acknowledgement;
      const kind = types.get(typeCode ?? '');
      const found = shown(typeCode ?? '') || null;
      return [
        ...(kind === undefined ? [faulty('unknown', found)] : []),
        ...(targetMessage ? [] : [faulty('target', null, 'warning')]),
        ...(kind === 'error' || kind === 'rejected'
          ? [finding(messageRules, 'HL7-REFUSED', { path: `${path}/typeCode`, case: kind, found })]
          : []),
        ...details.map((detail) => detailFinding(detail, path, kind === 'accepted')),
      ];
    }),
  ];
}

/** The answer to a question may be an error by itself. */
function responseFindings({ queryAck }: Interaction, path: string): Finding[] {
  const code = queryAck?.queryResponseCode ?? '';
  if (code !== 'AE' && code !== 'QE') return [];
  return [finding(messageRules, 'HL7-REFUSED', { path, case: 'query', found: code })];
}

type Reason = CaseOf<(typeof messageRules)['HL7-REASON']>;

/** @see HL7 v2.5, table 0357; HL7 v3, AcknowledgementDetailCode */
const reasons: ReadonlyMap<string, Reason> = new Map([
  ['101', 'required'],
  ['205', 'duplicate'],
  ['206', 'busy'],
  ['207', 'busy'],
  ['INTERR', 'busy'],
  ['NOSTORE', 'busy'],
]);

/** One line of an acknowledgement, by its code: its text may name the patient. */
function detailFinding(detail: AcknowledgementDetail, path: string, isAccepted: boolean): Finding {
  const { typeCode, code } = detail;
  const severities: Readonly<Record<string, Severity>> = { E: 'error', W: 'warning', I: 'info' };
  return finding(messageRules, 'HL7-REASON', {
    path: `${path}/acknowledgementDetail`,
    case: reasonOf(detail),
    severity: severities[typeCode ?? ''] ?? (isAccepted ? 'warning' : 'error'),
    found: shown(code ?? '') || null,
  });
}

function reasonOf({ code, location }: AcknowledgementDetail): Reason {
  if (code !== '204') return reasons.get(code ?? '') ?? 'other';

  // The location of an unknown key tells which it is.
  if (/dataSource|scopingOrganization/i.test(location ?? '')) return 'unknown-domain';
  return /patientIdentifier|livingSubjectId/i.test(location ?? '') ? 'unknown-patient' : 'unknown-identifier';
}
