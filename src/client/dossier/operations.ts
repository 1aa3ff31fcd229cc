import { TerrESanteError } from '../../errors.ts';
import type { PatientInput } from '../../identity/index.ts';
import { identityRules } from '../../identity/rules.ts';
import { optionsOf, recordOf, type Checks } from '../../internal/border.ts';
import { finding } from '../../internal/finding.ts';
import { anything, callChecks, choice } from '../../internal/option-checks.ts';
import type { BoundPatient } from '../../transport/index.ts';
import { requireConsentToCreate } from '../consent/gate.ts';
import { consentRecord } from '../consent/record.ts';
import type { PlatformContext } from '../policy/context.ts';
import { groundOf } from '../policy/purpose.ts';
import { requireRole } from '../policy/role.ts';
import type {
  DossierCreated,
  DossierCreateOptions,
  DossierOperations,
  DossierStatus,
  DossierStatusOptions,
} from './model.ts';
import { statusChecks, statusesOf } from './statuses.ts';
import { askStatus, isThere } from './status.ts';

const nothingKnown = {
  regionalId: null,
  sharing: null,
  membership: 'unknown',
  isTreatingPhysician: null,
  dates: { lastAccess: null, lastUpdate: null, lastDocumentAdded: null },
} as const;

const createChecks: Checks<DossierCreateOptions> = {
  ...callChecks,
  // Judged by the gate of consent, which has its own refusal when there is none.
  consent: anything,
  sharing: choice('shared', 'not-shared'),
  joinAs: anything,
  ifExists: choice('error', 'return'),
};

/** The dossier operations of a client. */
export function createDossierOperations(context: PlatformContext): DossierOperations {
  return {
    status: (patient, options) => statusOf(context, patient, options),
    statuses: (patients, options) =>
      statusesOf(context, (patient, given) => statusOf(context, patient, given), patients, options),
    create: (patient, options) => create(context, patient, options),
  };
}

async function statusOf(
  context: PlatformContext,
  patient: PatientInput,
  given: DossierStatusOptions | undefined,
): Promise<DossierStatus> {
  context.requireReady();
  const options = optionsOf('options', given, statusChecks);
  const ground = groundOf(context.descriptor, 'dossier.status', options);
  recordOf('patient', patient, 'patient attendu');

  // Without the five traits there is nothing to ask: the answer is local.
  const completeness = context.completeness(patient);
  if (!completeness.ok) {
    const meta = context.meta(null, context.runtime.ids.uuid(), null);
    return { ...nothingKnown, state: 'incomplete', completeness, banner: false, meta };
  }

  const { value, meta } = await askStatus(context, context.requirePatient(patient), { ...options, ...ground });

  const { state, regionalId, sharing, membership, isTreatingPhysician, dates } = value;
  return {
    state,
    regionalId,
    sharing,
    membership,
    isTreatingPhysician,
    dates,
    completeness,
    banner: ground.purpose === 'emergency',
    meta,
  };
}

async function create(
  context: PlatformContext,
  patient: PatientInput,
  options: DossierCreateOptions,
): Promise<DossierCreated> {
  // Options left out mean a consent that nobody gave.
  const given: Partial<DossierCreateOptions> = optionsOf('options', options, createChecks);
  const { sharing = 'shared', joinAs = null, ifExists = 'error', signal, timeoutMs } = given;
  // Nothing else of the options reaches the calls: an emergency access never creates.
  const callOptions = { signal, timeoutMs };

  // What this machine can judge: configuration, identity, role, consent.
  context.requireReady();
  const bound = context.requirePatient(recordOf('patient', patient, 'patient attendu'));
  requireKnownSex(bound);
  if (joinAs !== null) requireRole(joinAs, 'joinAs');
  const consent = requireConsentToCreate(
    given.consent,
    bound.localId,
    { now: context.runtime.clock.now(), maxAgeDays: context.config.policy?.consentMaxAgeDays ?? 0 },
    joinAs !== null,
  );
  await context.withdrawnConsents.require(bound.localId, 'dossier-creation', consent);
  if (joinAs !== null) await context.withdrawnConsents.require(bound.localId, 'join-circle', consent);

  // What only the platform knows: whether there is one already.
  const known = await askStatus(context, bound, callOptions);
  if (isThere(known)) {
    if (ifExists === 'error') {
      throw new TerrESanteError('TE_DOSSIER_EXISTS', 'Le patient a déjà un dossier sur la plateforme.', {
        correlationId: known.meta.correlationId,
      });
    }
    const { regionalId } = known.value;
    return { regionalId, dossierId: null, careTeamId: null, created: false, consent, meta: known.meta };
  }

  const { value, meta } = await context.call({
    operation: 'dossier.create',
    patient: bound,
    purpose: 'normal',
    access: { object: consent.id },
    options: callOptions,
    send: ({ dossier }) => dossier?.create?.bind(dossier, bound, { consent: consentRecord(consent), sharing, joinAs }),
  });
  context.knownDossiers.remember(bound.localId);
  context.createdDossiers.remember(bound.localId);
  return { ...value, created: true, consent, meta };
}

function requireKnownSex({ traits }: BoundPatient): void {
  if (traits.sex !== 'I') return;
  throw new TerrESanteError(
    'TE_IDENTITY_INCOMPLETE',
    "Sexe indéterminé : la création n'est pas proposée, car on ne sait pas si la plateforme l'accepte.",
    { findings: [finding(identityRules, 'IDENTITY-SEX-UNKNOWN', { path: 'traits.sex', severity: 'error' })] },
  );
}
