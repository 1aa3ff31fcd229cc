import type { LocalIdentifier } from '../../identity/index.ts';
import { comparableName } from '../../identity/names.ts';
import { attributeOf, childElements, readXml, textOf, type ReadElement } from '../../internal/xml/index.ts';
import type { SoapAnswer } from '../soap/answer.ts';
import { isCorrelated, payloadOf } from '../soap/call.ts';
import { protocolFailure } from '../soap/outcome.ts';
import type { RegistryError } from '../registry/response.ts';
import {
  acknowledgementName,
  hl7Child,
  hl7v3,
  readInteraction,
  type InstanceId,
  type Interaction,
} from './interaction.ts';
import { identityRefusal, linesOf } from './refusal.ts';
import type { Message } from './write.ts';

/** An answer that is positive and ours. */
export interface Judged {
  readonly interaction: Interaction;
  readonly acknowledgement: 'AA' | 'CA';
  readonly warnings: readonly RegistryError[];
  readonly told: readonly string[];
}

const positive = ['AA', 'CA'] as const;
const negative: ReadonlySet<string> = new Set(['AE', 'AR', 'CE', 'CR']);

/**
 * Takes the message out of an answer: it must be of the interaction expected, about the message
 * that was sent, and positive.
 *
 * @param expected - the interaction; a server may refuse by a bare acknowledgement instead
 * @param options - `refusal` makes the error of a negative answer
 * @see IHE ITI TF-2, appendix O; HL7 v3, AcknowledgementType
 * @throws RegistryRefusal; TerrESanteError `TE_PROTOCOL`
 */
export function judge(
  answer: SoapAnswer,
  sent: Message,
  expected: string,
  {
    writes = false,
    refusal = (interaction) => identityRefusal(interaction, { writes }),
  }: { readonly writes?: boolean; readonly refusal?: (interaction: Interaction) => Error } = {},
): Judged {
  const names = [expected, acknowledgementName].map((localName) => ({ localName, namespace: hl7v3 }));
  const interaction = readInteraction(payloadOf(answer, names));
  const told = [...answer.told, ...correlation(interaction, sent, isCorrelated(answer))];
  if (interaction.interactionId && interaction.interactionId.extension !== interaction.name) told.push('interaction');

  const type = acknowledgementOf(interaction);
  const queryResponse = interaction.queryAck?.queryResponseCode ?? '';
  if (negative.has(type) || queryResponse === 'AE' || queryResponse === 'QE') {
    throw refusal(interaction);
  }

  const acknowledgement = positive.find((code) => code === type);
  if (!acknowledgement) {
    throw protocolFailure('acknowledgement', "Le serveur d'identités acquitte par un code inconnu.");
  }
  if (interaction.name !== expected) throw protocolFailure('payload', "La réponse est d'une autre opération.");

  const warnings = interaction.acknowledgements.flatMap((item) => linesOf(item, true));
  if (warnings.some(({ severity }) => severity === 'Error')) throw contradiction();
  return { interaction, acknowledgement, warnings, told };
}

/** An answer that says one thing and its contrary is no success. */
export function contradiction(): Error {
  return protocolFailure('contradiction', "La réponse du serveur d'identités se contredit.");
}

function acknowledgementOf({ acknowledgements }: Interaction): string {
  const [first, ...others] = acknowledgements.map(({ typeCode }) => typeCode ?? '');
  if (first === undefined) throw protocolFailure('acknowledgement', "La réponse n'acquitte aucun message.");

  const contrary = others.find((type) => type !== first);
  if (contrary === undefined) return first;
  return [first, contrary].find((type) => negative.has(type)) ?? '';
}

/**
 * The answer must name the message and the question it answers. Where SOAP has tied it to the
 * request already, another name is only told: some servers write what they like there.
 */
function correlation({ acknowledgements, queryAck }: Interaction, sent: Message, isTied: boolean): string[] {
  const targets = acknowledgements.map(({ targetMessage }) => targetMessage);
  const told = [
    ...(targets.every((target) => isNamed(target, sent.id)) ? [] : ['target-message']),
    ...(!queryAck || isNamed(queryAck.queryId, sent.queryId) ? [] : ['query-id']),
  ];
  if (told.length > 0 && !isTied) {
    throw protocolFailure('correlation', "La réponse est celle d'une autre demande : elle est écartée.", { told });
  }
  return told;
}

function isNamed(found: InstanceId | null, sent: LocalIdentifier | null): boolean {
  const isSame = (left: string | null | undefined, right: string | undefined): boolean =>
    (left ?? '').trim().toLowerCase() === (right ?? '').toLowerCase();
  return isSame(found?.root, sent?.system) && isSame(found?.extension, sent?.value);
}

/**
 * Refuses the answer to another question. A server gives the question back as it understood it;
 * one that gives none back is believed.
 *
 * @throws TerrESanteError `TE_PROTOCOL`
 */
export function requireSameQuestion({ query }: Interaction, sent: Message): void {
  const back = query ? hl7Child(query, 'parameterList') : undefined;
  if (!back || sent.parameters === null) return;

  const asked = valuesOf(readXml(sent.parameters));
  const understood = valuesOf(back);
  const isOther = [...understood].some(([name, values]) => asked.get(name) !== values);
  if (!isOther) return;
  throw protocolFailure(
    'other-question',
    "La réponse porte sur un autre patient ou d'autres traits : elle est écartée.",
  );
}

/** The parameters that say which person is meant, each with its values. */
const personal: ReadonlySet<string> = new Set([
  'patientIdentifier',
  'livingSubjectId',
  'livingSubjectName',
  'livingSubjectBirthTime',
  'livingSubjectAdministrativeGender',
]);

function valuesOf(list: ReadElement): Map<string, string> {
  const values = new Map<string, string>();
  for (const parameter of childElements(list)) {
    if (!personal.has(parameter.localName)) continue;

    const said = childElements(parameter)
      .filter(({ localName }) => localName === 'value')
      .map(saidBy)
      .filter((words) => words !== '');
    const before = values.get(parameter.localName);
    if (said.length > 0) values.set(parameter.localName, [before ?? [], said].flat().sort().join('\n'));
  }
  return values;
}

/** What a value says. Names may come back in another case or without their accents. */
function saidBy(value: ReadElement): string {
  const codes = ['root', 'extension', 'code', 'value'].map((name) => attributeOf(value, name)?.trim() ?? '');
  const parts = childElements(value).flatMap((part) => {
    const words = textOf(part).trim();
    return words === '' ? [] : [`${part.localName}=${comparableName(words) ?? words}`];
  });
  return [...codes.filter((code) => code !== ''), ...parts.sort()].join('|');
}
