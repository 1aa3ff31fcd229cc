import { TerrESanteError } from '../../errors.ts';
import { isoUtc, parseInstant } from '../../internal/hl7-time.ts';
import {
  needed,
  optionsOf,
  reading,
  recordOf,
  refuseArgument,
  type Check,
  type Checks,
} from '../../internal/border.ts';
import { anything, callChecks, choice, listOf, options as optionRecord, text } from '../../internal/option-checks.ts';
import { uuid, versionedOf, words } from '../../internal/words.ts';
import { mssAddressProblem } from '../../transport/mss/address.ts';
import { supportStates, supportUrgencies } from '../../transport/binding/support-words.ts';
import type { SupportReason, SupportRecipient, SupportVersion } from '../../transport/index.ts';
import type { ChosenStructure, SupportCancelOptions, SupportListOptions, SupportRequestInput } from './model.ts';

/** An instant, as UTC. */
const instant: Check<string> = (name, value) => isoUtc(parseInstant(text(name, value)).epochMs);

/** A sentence that fits a line of a screen, and no report. */
const sentence: Check<string> = (name, value) => {
  const given = words(name, value);
  return given.length <= 2_000 ? given : refuseArgument(name, '2000 caractères au plus');
};

const mssAddress: Check<string> = (name, value) => {
  const given = text(name, value);
  return mssAddressProblem(given) === null ? given : refuseArgument(name, 'adresse MSSanté attendue');
};

const reasonChecks: Checks<SupportReason> = {
  text: needed(sentence),
  codes: listOf(optionRecord<SupportReason['codes'][0]>({ system: needed(text), code: needed(text) })),
};

/** A structure that is asked, as it was found: the rest of what was found does not matter. */
export const chosenStructure: Check<SupportRecipient> = (name, value) =>
  reading(name, () => {
    const { name: called, site, isOpen } = recordOf(name, value as ChosenStructure | undefined, 'structure attendue');
    const { finess = null, structureId = null }: Partial<NonNullable<ChosenStructure['site']>> = site ?? {};
    if (isOpen === false) refuseArgument(name, 'structure ouverte attendue');
    if (finess === null && structureId === null) {
      refuseArgument(name, 'structure avec un FINESS ou un identifiant national attendue');
    }
    if (finess !== null && !/^[0-9AB]{9}$/.test(text(`${name}.site.finess`, finess))) {
      refuseArgument(`${name}.site.finess`, 'numéro FINESS attendu');
    }
    return {
      finess,
      structureId: structureId === null ? null : text(`${name}.site.structureId`, structureId),
      name: text(`${name}.name`, called),
    };
  });

/** What was asked, checked. */
export type CheckedRequest = Omit<SupportRequestInput, 'structure' | 'reasons'> & {
  readonly structure: SupportRecipient;
  readonly reasons?: readonly SupportReason[] | undefined;
};

const requestChecks: Checks<CheckedRequest> = {
  structure: needed(chosenStructure),
  need: needed(sentence),
  reasons: (name, value) =>
    listOf(optionRecord(reasonChecks))(name, value).map(({ text: said, codes }) => ({
      text: said,
      codes: (codes as SupportReason['codes'] | undefined) ?? [],
    })),
  urgency: choice(...supportUrgencies),
  documents: listOf(text),
  replyTo: mssAddress,
  // Judged by the gate of consent, which has its own refusal when there is none.
  consent: anything,
  uniqueId: uuid,
};

/** @throws TerrESanteError `TE_INPUT_INVALID` */
export function checkedRequest(given: SupportRequestInput, namesPatient: boolean): CheckedRequest {
  const request = optionsOf('request', given as unknown as CheckedRequest | undefined, requestChecks);
  const { consent, documents = [], reasons = [] } = request;
  if (!namesPatient && (consent !== undefined || documents.length + reasons.length > 0)) {
    throw new TerrESanteError('TE_INPUT_INVALID', "Une demande d'information ne dit rien d'un patient.", {
      details: { argument: 'request' },
    });
  }
  return request;
}

export const supportListChecks: Checks<SupportListOptions> = {
  ...callChecks,
  states: listOf(choice(...supportStates)),
  updatedSince: instant,
};

export const cancelChecks: Checks<SupportCancelOptions> = { ...callChecks, reason: sentence };

/** What names a request and its version. */
export function supportVersionOf(given: unknown): SupportVersion {
  return reading('request', () =>
    versionedOf('request', recordOf('request', given as SupportVersion | undefined, 'demande attendue')),
  );
}
