import type { InsEnvironment, LocalIdentifier } from '../../identity/index.ts';
import { writeHl7v3Patient } from '../../identity/wire/hl7v3.ts';
import { hl7Utc, parseUtc } from '../../internal/hl7-time.ts';
import { childElements, element, type Xml } from '../../internal/xml/index.ts';
import { asInput } from '../binding/known-patient.ts';
import type { BoundPatient, DossierCreation } from '../binding/model.ts';
import { readIdentifiers } from '../patients/identifiers.ts';
import { hl7v3, readInteraction } from '../patients/interaction.ts';
import { judge } from '../patients/judge.ts';
import { writeFrame, type Correspondents, type Message } from '../patients/write.ts';
import type { SoapAnswer } from '../soap/answer.ts';
import { interactionRefusal } from './refusal.ts';
import type { ServiceCode, SoapServices } from './services.ts';
import { onlyIn } from './status.ts';

const request = 'PRPA_IN201311UV02';
const accepted = 'PRPA_IN201312UV02';
const refused = 'PRPA_IN201313UV02';
export const creationAnswerAction = `urn:hl7-org:v3:${accepted}`;

/**
 * Asks for a dossier, with the consent as an observation.
 *
 * @see GIE SESAM-Vitale, DMP integration package, PRPA_IN201311UV02
 * @throws TerrESanteError `TE_WIRE_INVALID`, `TE_IDENTITY_STATUS`
 */
export function writeCreation(
  from: Correspondents,
  patient: BoundPatient,
  { consent, sharing }: DossierCreation,
  { services, environment }: { readonly services: SoapServices; readonly environment: InsEnvironment },
): Message {
  const collected = `${hl7Utc(parseUtc(consent.collectedAt))}+0000`;
  const { creation } = services;
  const observations = [
    observation(creation.consent, true, collected),
    creation.sharing && observation(creation.sharing, sharing === 'shared', collected),
  ];

  const registration = element(
    'registrationRequest',
    { classCode: 'REG', moodCode: 'RQO' },
    element('statusCode', { code: 'active' }),
    element('subject1', { typeCode: 'SBJ' }, writeHl7v3Patient(asInput(patient), { environment }, observations)),
  );
  const subject = element('subject', { typeCode: 'SUBJ', contextConductionInd: 'false' }, registration);
  const act = element('controlActProcess', { classCode: 'CACT', moodCode: 'RQO' }, subject);
  return { ...writeFrame(from, { interaction: request }, act), queryId: null, parameters: null };
}

function observation(code: ServiceCode, value: boolean, time: string): Xml {
  return element(
    'subjectOf',
    { typeCode: 'SBJ' },
    element(
      'administrativeObservation',
      { classCode: 'OBS', moodCode: 'EVN' },
      element('code', { ...code }),
      element('effectiveTime', { value: time }),
      element('value', {
        'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
        'xsi:type': 'BL',
        value: String(value),
      }),
    ),
  );
}

/**
 * Reads the answer to a creation, in its wrapper or without: the regional identifier, if it gives
 * one.
 *
 * @throws RegistryRefusal; TerrESanteError `TE_PROTOCOL`
 */
export function readCreation(
  answer: SoapAnswer,
  sent: Message,
  { services, regionalOid }: { readonly services: SoapServices; readonly regionalOid: string | null },
): LocalIdentifier | null {
  const refusal = (told: Parameters<typeof interactionRefusal>[0]): Error =>
    interactionRefusal(told, services.refusals, true);
  const inner = unwrapped(answer, services.creation.answerNamespace);

  const negative = inner.message.body.find(({ localName, namespace }) => localName === refused && namespace === hl7v3);
  if (negative) throw refusal(readInteraction(negative));

  const { interaction } = judge(inner, sent, accepted, { writes: true, refusal });
  return onlyIn(readIdentifiers(interaction.patients).identifiers, regionalOid);
}

/** The answer without the element that stands around its message. */
function unwrapped(answer: SoapAnswer, wrapper: string): SoapAnswer {
  const body = answer.message.body.flatMap((node) =>
    node.namespace === wrapper && node.localName === `${request}_Response` ? childElements(node) : [node],
  );
  return { ...answer, message: { ...answer.message, body } };
}
