import { isTerrESanteError, TerrESanteError, type TerrESanteErrorCode } from '../../errors.ts';
import type { PatientInput } from '../../identity/index.ts';
import { throwIfAborted } from '../../internal/abort.ts';
import { isList, optionsOf, recordOf, refuseArgument, type Checks } from '../../internal/border.ts';
import { callChecks, choice, count, flag } from '../../internal/option-checks.ts';
import { firstOf } from '../../internal/wait.ts';
import type { PlatformContext } from '../policy/context.ts';
import { accessChecks } from '../policy/purpose.ts';
import type { DossierStatus, DossierStatusesOptions, DossierStatusOptions, PatientDossierStatus } from './model.ts';

/** Questions at a time: an assumption, nothing is published of what the platform takes. */
const usualConcurrency = 4;

/** More questions at a time than this help nobody. */
const maxConcurrency = 32;

/**
 * Failures of who asks, not of a patient: to go on would try a wrong code once per patient, until
 * the card is locked.
 */
const ofTheCaller: ReadonlySet<TerrESanteErrorCode> = new Set<TerrESanteErrorCode>([
  'TE_CLOSED',
  'TE_CANCELLED',
  'TE_CONFIG_INVALID',
  'TE_UNSUPPORTED',
  'TE_PEER_MISSING',
  'TE_AUTHN_REQUIRED',
  'TE_AUTHN_REJECTED',
  'TE_SIGNATURE_FAILED',
  'TE_CERTIFICATE_INVALID',
  'TE_CARD_ABSENT',
  'TE_CARD_REMOVED',
  'TE_NOT_A_CPS_CARD',
  'TE_PIN_INCORRECT',
  'TE_PIN_LOCKED',
  'TE_PIN_INVALID',
  'TE_PIN_REQUIRED',
  'TE_CONTACTLESS_NOT_SUPPORTED',
  'TE_MECHANISM_UNSUPPORTED',
  'TE_MIDDLEWARE_ERROR',
  'TE_INVALID_CREDENTIALS',
  'TE_ACCOUNT_LOCKED',
  'TE_PASSWORD_EXPIRED',
  'TE_CODE_INVALID',
  'TE_CODE_EXPIRED',
]);

/** What a question about one dossier may ask. */
export const statusChecks: Checks<DossierStatusOptions> = { ...accessChecks, refresh: flag };

const statusesChecks: Checks<DossierStatusesOptions> = {
  ...callChecks,
  purpose: choice('normal', 'regulation-centre'),
  refresh: flag,
  concurrency: count(1, maxConcurrency),
};

type AskStatus = (patient: PatientInput, options: DossierStatusOptions) => Promise<DossierStatus>;

/** The states of many dossiers, a few at a time, each as soon as it is known. */
export async function* statusesOf(
  context: PlatformContext,
  ask: AskStatus,
  patients: readonly PatientInput[],
  options: DossierStatusesOptions | undefined,
): AsyncGenerator<PatientDossierStatus, void, undefined> {
  const given = optionsOf('options', options, statusesChecks);
  const { concurrency: limit = usualConcurrency, signal, ...status } = given;
  const list = patientsOf(patients);
  requireOneDay(list.length, context.descriptor.limits.maxStatuses.value);
  context.requireReady();
  throwIfAborted(signal);

  // Who stops reading stops the questions in progress too.
  const leaving = new AbortController();
  const call = { ...status, signal: signal ? AbortSignal.any([signal, leaving.signal]) : leaving.signal };
  const inProgress = new Map<number, Promise<PatientDossierStatus>>();
  let next = 0;
  try {
    while (next < list.length || inProgress.size > 0) {
      for (; inProgress.size < limit && next < list.length; next += 1) {
        inProgress.set(next, answerOf(ask, list, next, call));
      }

      const answer = await firstOf(inProgress.values());
      inProgress.delete(answer.index);
      throwIfAborted(signal);
      if (answer.error && ofTheCaller.has(answer.error.code)) throw answer.error;
      yield answer;
    }
  } finally {
    leaving.abort();
    await Promise.all(inProgress.values());
  }
}

/**
 * One day's list at most: the data serve the care of the patients who come, and a whole file of
 * patients is not looked up.
 *
 * @see GIE SESAM-Vitale, DMP integration guide: EX_GEN-1560 (purpose limitation)
 */
function requireOneDay(length: number, limit: number): void {
  if (length <= limit) return;
  throw new TerrESanteError(
    'TE_INPUT_INVALID',
    `Au plus ${limit} patients par demande : la liste d'une journée, pas le fichier des patients.`,
    { details: { argument: 'patients', length, limit } },
  );
}

function patientsOf(patients: unknown): readonly PatientInput[] {
  if (!isList(patients)) refuseArgument('patients', 'tableau de patients attendu');
  return patients.map((patient, index) => recordOf(`patients[${index}]`, patient as PatientInput, 'patient attendu'));
}

/** Never rejects: the failure of a patient is part of the answer. */
async function answerOf(
  ask: AskStatus,
  patients: readonly PatientInput[],
  index: number,
  options: DossierStatusOptions,
): Promise<PatientDossierStatus> {
  const patient = patients[index];
  if (patient === undefined) throw new TypeError('no such patient');

  try {
    return { index, patient, status: await ask(patient, options), error: null };
  } catch (error) {
    // The cause is not kept: it may quote the request.
    const own = isTerrESanteError(error) ? error : new TerrESanteError('TE_INTERNAL', 'Erreur interne.');
    return { index, patient, status: null, error: own };
  }
}
