import type { LocalIdentifier, PatientInput } from '../../identity/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { needed, optionsOf, recordOf, refuseArgument, textOf, type Checks } from '../../internal/border.ts';
import { anything, callChecks, choice, listOf, options as optionsCheck, text } from '../../internal/option-checks.ts';
import type {
  Answered,
  BindingCall,
  BoundPatient,
  CareCircleBinding,
  CareCircleMember,
  CareCircleRecord,
} from '../../transport/index.ts';
import { requireConsentToJoin } from '../consent/gate.ts';
import { consentRecord } from '../consent/record.ts';
import { admitted } from '../policy/admitted.ts';
import type { PlatformContext } from '../policy/context.ts';
import { requireRole } from '../policy/role.ts';
import type {
  CareCircle,
  CareCircleAddOptions,
  CareCircleJoinOptions,
  CareCircleList,
  CareCircleNewMember,
  CareCircleOperations,
} from './model.ts';

const joinChecks: Checks<CareCircleJoinOptions> = {
  ...callChecks,
  // Judged by the gate of consent, which has its own refusal when there is none.
  consent: anything,
  role: anything,
};

const memberChecks: Checks<CareCircleNewMember> = {
  kind: needed(choice('professional', 'structure', 'relative')),
  reference: text,
  ids: listOf(optionsCheck<LocalIdentifier>({ system: needed(text), value: needed(text) })),
  familyName: text,
  givenName: text,
  role: text,
  contacts: listOf(
    optionsCheck<CareCircleMember['contacts'][0]>({
      system: needed(choice('phone', 'email', 'mss', 'other')),
      value: needed(text),
    }),
  ),
};

const addChecks: Checks<CareCircleAddOptions> = {
  ...callChecks,
  consent: anything,
  member: needed(optionsCheck(memberChecks)),
};

type Exchange = (call: BindingCall) => Promise<Answered<CareCircleRecord>>;

/** One transaction about the circle of a patient. */
interface Asked {
  readonly action: `careCircle.${Exclude<keyof CareCircleBinding, 'listMine' | 'adds'>}`;
  readonly object?: string;
  readonly options: CallOptions;
  readonly send: (binding: Partial<CareCircleBinding>) => Exchange | undefined;
}

/** The care circle operations of a client. */
export function createCareCircleOperations(context: PlatformContext): CareCircleOperations {
  return {
    async get(patient, given) {
      const { bound, options } = admitted(context, patient, given);
      const send: Asked['send'] = (circle) => circle.get?.bind(circle, bound);
      return ask(context, bound, { action: 'careCircle.get', options, send });
    },
    join: (patient, options) => join(context, patient, options),
    async leave(patient, given) {
      const { bound, options } = admitted(context, patient, given);
      const send: Asked['send'] = (circle) => circle.leave?.bind(circle, bound);
      return ask(context, bound, { action: 'careCircle.leave', options, send });
    },
    listMine: (options) => listMine(context, options),
    addMember: (patient, options) => addMember(context, patient, options),
    async removeMember(patient, member, given) {
      const { bound, options } = admitted(context, patient, given);
      const reference = textOf('member', member);
      const send: Asked['send'] = (circle) => circle.removeMember?.bind(circle, bound, reference);
      return ask(context, bound, { action: 'careCircle.removeMember', object: reference, options, send });
    },
  };
}

async function listMine(context: PlatformContext, given: CallOptions | undefined): Promise<CareCircleList> {
  context.requireReady();
  const { value, meta } = await context.call({
    operation: 'careCircle',
    patient: null,
    purpose: 'normal',
    access: { action: 'careCircle.listMine' },
    options: optionsOf('options', given, callChecks),
    send: ({ careCircle }) => careCircle?.listMine?.bind(careCircle),
  });
  return { circles: value, meta };
}

/** The patient agrees to each member: the consent is judged as that of somebody who joins. */
async function addMember(
  context: PlatformContext,
  patient: PatientInput,
  given: CareCircleAddOptions,
): Promise<CareCircle> {
  context.requireReady();
  const asked: Partial<CareCircleAddOptions> = optionsOf('options', given, addChecks);
  const { consent: receipt, member, ...options } = asked;
  const bound = context.requirePatient(recordOf('patient', patient, 'patient attendu'));
  const { reference, ids = [], familyName, givenName, role, contacts = [] } = member ?? {};
  const known = role === undefined ? null : requireRole(role, 'member.role');
  const kind = member?.kind ?? 'professional';
  if (reference === undefined && ids.length === 0 && kind !== 'relative') {
    refuseArgument('member', 'reference ou identifiant du membre attendu');
  }

  const consent = requireConsentToJoin(receipt, bound.localId, {
    now: context.runtime.clock.now(),
    maxAgeDays: context.config.policy?.consentMaxAgeDays ?? 0,
  });
  await context.withdrawnConsents.require(bound.localId, 'join-circle', consent);

  const addition = {
    consent: consentRecord(consent),
    kind,
    reference: reference ?? null,
    ids,
    familyName: familyName ?? null,
    givenName: givenName ?? null,
    role: known,
    contacts,
  };
  const send: Asked['send'] = (circle) =>
    circle.adds?.(addition) === false ? undefined : circle.addMember?.bind(circle, bound, addition);
  return ask(context, bound, { action: 'careCircle.addMember', object: consent.id, options, send });
}

/** What this machine can judge comes first: role, consent, withdrawal. */
async function join(
  context: PlatformContext,
  patient: PatientInput,
  given: CareCircleJoinOptions,
): Promise<CareCircle> {
  context.requireReady();
  // Options left out mean a consent that nobody gave.
  const asked: Partial<CareCircleJoinOptions> = optionsOf('options', given, joinChecks);
  const { consent: receipt, role, ...options } = asked;
  const bound = context.requirePatient(recordOf('patient', patient, 'patient attendu'));
  const known = requireRole(role, 'role');
  const consent = requireConsentToJoin(receipt, bound.localId, {
    now: context.runtime.clock.now(),
    maxAgeDays: context.config.policy?.consentMaxAgeDays ?? 0,
  });
  await context.withdrawnConsents.require(bound.localId, 'join-circle', consent);

  const joining = { consent: consentRecord(consent), role: known };
  const send: Asked['send'] = (circle) => circle.join?.bind(circle, bound, joining);
  return ask(context, bound, { action: 'careCircle.join', object: consent.id, options, send });
}

async function ask(
  context: PlatformContext,
  patient: BoundPatient,
  { action, object, options, send }: Asked,
): Promise<CareCircle> {
  const { value, meta } = await context.call({
    operation: 'careCircle',
    patient,
    purpose: 'normal',
    access: { action, ...(object !== undefined && { object }) },
    options,
    send: ({ careCircle }) => careCircle && send(careCircle),
  });

  const { id, version, blocked, members } = value;
  const now = context.runtime.clock.now();
  const present = members.filter(({ until }) => until === null || Date.parse(until) > now);
  const former = members.filter((member) => !present.includes(member));
  return { id, version, members: present, former, blocked, meta };
}
