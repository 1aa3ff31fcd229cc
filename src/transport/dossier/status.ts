import { isTerrESanteError } from '../../errors.ts';
import { findInsOid } from '../../identity/ins/oid.ts';
import type { LocalIdentifier } from '../../identity/index.ts';
import { readHl7v3Patient, writeHl7v3Id } from '../../identity/wire/hl7v3.ts';
import { attributeOf, element, type ReadElement } from '../../internal/xml/index.ts';
import { stateAlone } from '../binding/known-patient.ts';
import type { DossierRecord, Membership } from '../binding/model.ts';
import { keyOf, readIdentifiers } from '../patients/identifiers.ts';
import { codeOf, hl7Child, hl7Children, hl7v3 } from '../patients/interaction.ts';
import { contradiction, judge, requireSameQuestion } from '../patients/judge.ts';
import { newId, parameter, writeFrame, type Correspondents, type Message } from '../patients/write.ts';
import type { SoapAnswer } from '../soap/answer.ts';
import { payloadOf } from '../soap/call.ts';
import { protocolFailure } from '../soap/outcome.ts';
import { interactionRefusal } from './refusal.ts';
import type { ServiceCode, SoapServices } from './services.ts';

const question = 'PRPA_IN201307UV02';
const answerName = 'PRPA_IN201308UV02';
export const statusAnswerAction = `urn:hl7-org:v3:${answerName}`;

/**
 * Asks whether a dossier exists.
 *
 * @see GIE SESAM-Vitale, DMP example messages of LPS v02.05.00, TD0.2
 */
export function writeStatusQuestion(
  from: Correspondents,
  patient: LocalIdentifier,
  { existenceReason }: SoapServices,
): Message {
  const queryId = newId(from);
  const parameters = element(
    'parameterList',
    null,
    parameter('patientIdentifier', writeHl7v3Id(patient, 'value'), 'Patient.id'),
  );
  const act = element(
    'controlActProcess',
    { classCode: 'CACT', moodCode: 'EVN' },
    element('reasonCode', { ...existenceReason }),
    element(
      'queryByParameter',
      null,
      writeHl7v3Id(queryId, 'queryId'),
      element('statusCode', { code: 'new' }),
      parameters,
    ),
  );
  return { ...writeFrame(from, { interaction: question }, act), queryId, parameters };
}

/**
 * Reads what a platform says of a dossier. What it does not say is unknown; an answer about another
 * patient is refused.
 *
 * @throws RegistryRefusal; TerrESanteError `TE_PROTOCOL`
 */
export function readDossierStatus(
  answer: SoapAnswer,
  sent: Message,
  asked: LocalIdentifier,
  { services, regionalOid }: { readonly services: SoapServices; readonly regionalOid: string | null },
): DossierRecord {
  const refusal = (told: Parameters<typeof interactionRefusal>[0]): Error =>
    interactionRefusal(told, services.refusals, false);
  const { interaction } = judge(answer, sent, answerName, { refusal });
  requireSameQuestion(interaction, sent);

  const { patients, queryAck } = interaction;
  const code = queryAck?.queryResponseCode;
  if (code === 'NF') {
    if (patients.length > 0) throw contradiction();
    return stateAlone('absent');
  }
  const [patient, ...others] = patients;
  if (code !== 'OK' || !patient) {
    throw protocolFailure('query-response', 'La réponse ne dit pas si le dossier existe.');
  }
  if (others.length > 0) return stateAlone('ambiguous');

  const { identifiers } = readIdentifiers([patient]);
  requireSamePatient(identifiers, asked);
  const message = payloadOf(answer, [{ localName: answerName, namespace: hl7v3 }]);
  return {
    ...stateAlone('absent'),
    state: stateOf(patient),
    regionalId: onlyIn(identifiers, regionalOid),
    membership: membershipIn(message, services),
    isTreatingPhysician: flagIn(message, services.attention.treatingPhysician),
    identity: traitsOf(patient),
  };
}

function stateOf(patient: ReadElement): DossierRecord['state'] {
  const code = codeOf(patient, 'statusCode');
  if (code === 'active') return 'exists';
  return code === 'terminated' ? 'closed' : 'unknown';
}

/** The one identifier of a domain; of several none is chosen. */
export function onlyIn(identifiers: readonly LocalIdentifier[], oid: string | null): LocalIdentifier | null {
  const [found, ...others] = identifiers.filter(({ system }) => system === oid);
  return found && others.length === 0 ? { system: found.system, value: found.value } : null;
}

/**
 * An identifier of the domain that was asked, and of another value, is of another patient. An INS
 * may change: the answer may hold a newer one.
 */
function requireSamePatient(identifiers: readonly LocalIdentifier[], asked: LocalIdentifier): void {
  const said = identifiers.filter(({ system }) => system === asked.system);
  if (said.length === 0 || findInsOid(asked.system) || said.some((id) => keyOf(id) === keyOf(asked))) return;

  throw protocolFailure('other-patient', 'La réponse porte sur un autre patient : elle est écartée.');
}

/** Traits that cannot be read are none to compare with. */
function traitsOf(patient: ReadElement): DossierRecord['identity'] {
  try {
    return readHl7v3Patient(patient).patient.traits;
  } catch (error) {
    if (isTerrESanteError(error)) return null;
    throw error;
  }
}

/** No line says nothing; a code that is not in the table is no valid authorisation. */
function membershipIn(message: ReadElement, { attention }: SoapServices): Membership {
  const code = attributeOf(attentionIn(message, attention.authorization), 'code');
  if (code === undefined) return 'unknown';
  return (Object.hasOwn(attention.memberships, code) ? attention.memberships[code] : undefined) ?? 'not-member';
}

function flagIn(message: ReadElement, keyword: ServiceCode): boolean | null {
  const value = attributeOf(attentionIn(message, keyword), 'value');
  return value === 'true' || value === 'false' ? value === 'true' : null;
}

/**
 * The value of the line of attention of a keyword.
 *
 * @throws TerrESanteError `TE_PROTOCOL` when there are two that differ
 */
function attentionIn(message: ReadElement, { code, codeSystem }: ServiceCode): ReadElement | undefined {
  const lines = [message, hl7Child(message, 'controlActProcess')]
    .flatMap((parent) => hl7Children(parent, 'attentionLine'))
    .filter((line) => {
      const keyword = hl7Child(line, 'keyWordText');
      return attributeOf(keyword, 'code') === code && attributeOf(keyword, 'codeSystem') === codeSystem;
    });

  const [value, ...others] = lines.map((line) => hl7Child(line, 'value'));
  const said = (node: ReadElement | undefined): string => `${attributeOf(node, 'code')} ${attributeOf(node, 'value')}`;
  if (others.some((other) => said(other) !== said(value))) throw contradiction();
  return value;
}
