import { TerrESanteError } from '../../errors.ts';
import type { PatientInput } from '../../identity/index.ts';
import type { BoundPatient, ConsentRecord, DossierRecord } from '../../transport/index.ts';
import { requireConsent } from '../consent/receipts.ts';
import type { ConsentReceipt } from '../consent/model.ts';
import { differingTraits } from '../policy/compare-traits.ts';
import type { Called, PlatformContext } from '../policy/context.ts';
import type {
  DossierCreated,
  DossierCreateOptions,
  DossierOperations,
  DossierStatus,
  DossierStatusOptions,
} from './model.ts';

const nothingKnown = {
  regionalId: null,
  sharing: null,
  membership: 'unknown',
  isTreatingPhysician: null,
  dates: { lastAccess: null, lastUpdate: null, lastDocumentAdded: null },
} as const;

const roleShape = /^[A-Z][A-Z0-9_-]{0,19}$/;

/** Asks the platform, and refuses an answer about somebody else. */
export async function askStatus(
  context: PlatformContext,
  patient: BoundPatient,
  { purpose = 'normal', ...options }: DossierStatusOptions,
): Promise<Called<DossierRecord>> {
  const answer = await context.call({
    operation: 'dossier.status',
    patient,
    purpose,
    options,
    send: ({ dossier }) => dossier && ((call) => dossier.status(patient, call)),
  });
  const { state, identity } = answer.value;
  const differing = identity ? differingTraits(patient.traits, identity) : [];
  if (differing.length > 0) {
    context.forgetDossier(patient.localId);
    throw new TerrESanteError(
      'TE_IDENTITY_MISMATCH',
      "La plateforme connaît cet identifiant sous d'autres traits : vérifiez l'identité du patient.",
      { details: { traits: differing } },
    );
  }
  if (state === 'exists') context.rememberDossier(patient.localId);
  else context.forgetDossier(patient.localId);
  return answer;
}

function refuseState(state: DossierRecord['state']): void {
  if (state === 'closed') throw new TerrESanteError('TE_DOSSIER_CLOSED', 'Le dossier du patient est fermé.');
  if (state === 'ambiguous') {
    throw new TerrESanteError('TE_IDENTITY_AMBIGUOUS', "Plusieurs patients correspondent : aucun n'est choisi.");
  }
  if (state === 'unknown') {
    throw new TerrESanteError('TE_FORBIDDEN', "La plateforme ne dit pas si le dossier existe : rien n'a été créé.");
  }
}

function consentRecord({ id, kinds, givenBy, mode, collectedAt, hash }: ConsentReceipt): ConsentRecord {
  return { id, kinds, givenBy, mode, collectedAt, hash };
}

export function createDossierOperations(context: PlatformContext): DossierOperations {
  return {
    async status(patient: PatientInput, options: DossierStatusOptions = {}): Promise<DossierStatus> {
      context.requireReady();
      const completeness = context.completeness(patient);
      if (!completeness.complete) {
        return {
          ...nothingKnown,
          state: 'incomplete',
          completeness,
          banner: false,
          meta: context.meta(null, context.runtime.ids.uuid(), null),
        };
      }
      const bound = context.requirePatient(patient);
      const { value, meta } = await askStatus(context, bound, options);
      const { state, regionalId, sharing, membership, isTreatingPhysician, dates } = value;
      return {
        state,
        regionalId,
        sharing,
        membership,
        isTreatingPhysician,
        dates,
        completeness,
        banner: options.purpose === 'emergency',
        meta,
      };
    },

    async create(patient: PatientInput, options: DossierCreateOptions): Promise<DossierCreated> {
      const { consent, sharing = 'shared', joinAs = null, ifExists = 'error', ...callOptions } = options;
      context.requireReady();
      const bound = context.requirePatient(patient);
      if (bound.traits.sex === 'I') {
        throw new TerrESanteError(
          'TE_IDENTITY_INCOMPLETE',
          "Sexe indéterminé : la création n'est pas proposée, car on ne sait pas si la plateforme l'accepte.",
          { details: { missing: [], issues: ['SEX_UNKNOWN'] } },
        );
      }
      if (joinAs !== null && !roleShape.test(joinAs)) {
        throw new TerrESanteError('TE_INPUT_INVALID', 'Rôle dans le cercle de soins mal formé.', {
          details: { path: 'joinAs' },
        });
      }
      const limits = {
        now: context.runtime.clock.now(),
        maxAgeDays: context.config.policy?.consentMaxAgeDays ?? 0,
      };
      requireConsent(consent, 'dossier-creation', bound.localId, limits);
      if (joinAs !== null) requireConsent(consent, 'join-circle', bound.localId, limits);
      const known = await askStatus(context, bound, callOptions);
      refuseState(known.value.state);
      if (known.value.state === 'exists') {
        if (ifExists === 'error') {
          throw new TerrESanteError('TE_DOSSIER_EXISTS', 'Le patient a déjà un dossier sur la plateforme.');
        }
        return {
          regionalId: known.value.regionalId,
          dossierId: null,
          careTeamId: null,
          created: false,
          consent,
          meta: known.meta,
        };
      }
      const { value, meta } = await context.call({
        operation: 'dossier.create',
        patient: bound,
        purpose: 'normal',
        options: callOptions,
        send: ({ dossier }) =>
          dossier && ((call) => dossier.create(bound, { consent: consentRecord(consent), sharing, joinAs }, call)),
      });
      context.rememberDossier(bound.localId);
      return { ...value, created: true, consent, meta };
    },
  };
}
