import type { Json } from '../../internal/json/index.ts';
import type { DossierState, KeptConsent, PlatformState } from '../state/state.ts';
import { fhirNames, referenceTo } from './names.ts';

/** What a view of a consent needs. */
export interface ConsentContext {
  readonly state: PlatformState;
  readonly id: string;
  readonly patientId: string;
  readonly dossier: DossierState;
  /** As it was written over FHIR; `undefined` for one that came another way. */
  readonly written: Json | undefined;
}

/** Policies of the acts that a patient agrees to: made up, none is published. */
export const policyPrefix = 'https://platform.example/policies/';

/**
 * A consent of a dossier.
 *
 * @see IHE ITI PCF 1.0.0, profile IHE.PCF.consentBasic
 */
export function consentResource(consent: KeptConsent, context: ConsentContext): Json {
  const { state, id, patientId, dossier, written } = context;
  const status = consent.withdrawnAt === null ? 'active' : 'inactive';
  if (written) return { ...written, id, status };

  const trace = `Consentement recueilli le ${state.iso(consent.collectedAt)}`;
  return {
    resourceType: 'Consent',
    id,
    meta: { profile: [fhirNames.consent] },
    identifier: [{ system: `urn:oid:${state.regionalOid}.6`, value: consent.id }],
    status,
    scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
    category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
    patient: referenceTo('Patient', patientId),
    dateTime: state.iso(consent.collectedAt),
    performer: [referenceTo('Patient', patientId)],
    organization: [{ display: 'Plateforme simulée' }],
    sourceAttachment: {
      contentType: 'text/plain',
      language: 'fr-FR',
      data: Buffer.from(trace, 'utf8').toString('base64'),
      title: 'Trace du recueil',
    },
    policy: consent.kinds.map((kind) => ({ uri: `${policyPrefix}${encodeURIComponent(kind)}` })),
    provision: {
      type: 'permit',
      actor: [
        {
          role: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'IRCP' }] },
          reference: referenceTo('CareTeam', dossier.careTeamId),
        },
      ],
      purpose: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'TREAT' }],
    },
  };
}
