import type { VihfAuthentication } from '../../auth/index.ts';

/** Operations that a platform may keep for some ways of logging in, or for some purposes. */
export const capableOperations = [
  'dossier.status',
  'dossier.create',
  'consent',
  'consent.get',
  'consent.withdraw',
  'careCircle',
  'careCircle.get',
  'careCircle.join',
  'careCircle.leave',
  'careCircle.listMine',
  'careCircle.addMember',
  'careCircle.removeMember',
  'alerts',
  'notes',
  'notes.list',
  'notes.create',
  'notes.update',
  'notes.retract',
  'notes.fetch',
  'support',
  'support.request',
  'support.list',
  'support.get',
  'support.cancel',
  'measures',
  'measures.list',
  'interventionPlan',
  'interventionPlan.list',
  'interventionPlan.get',
  'interventionPlan.create',
  'interventionPlan.update',
  'interventionPlan.upsertIntervention',
  'interventionPlan.endIntervention',
  'interventionPlan.getAccessInfo',
  'notifications',
  'documents.list',
  'documents.fetch',
  'documents.setVisibility',
  'documents.deposit',
  'portal.launch',
] as const;

/** The modes of `Authentification_Mode`: DIRECTE, INDIRECTE, INDIRECTE_RENFORCEE (AIR). */
export const authenticationModes = [
  'direct',
  'indirect',
  'reinforced',
] as const satisfies readonly VihfAuthentication['mode'][];

/** Purposes of an access (TRE_R248-ModeAcces). */
export const accessPurposes = ['normal', 'emergency', 'regulation-centre'] as const;

/** For whom and for what an operation is offered. @group Descriptor */
export interface Capability {
  /** @defaultValue each mode */
  readonly modes?: readonly (typeof authenticationModes)[number][] | undefined;
  /** @defaultValue each purpose that the operation has */
  readonly purposes?: readonly (typeof accessPurposes)[number][] | undefined;
}
