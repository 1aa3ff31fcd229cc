import { createSecureContext } from 'node:tls';
import type { LocalIdentifier } from '../identity/index.ts';
import {
  bytesListOf,
  needed,
  optionsOf,
  reading,
  recordOf,
  refuseArgument,
  type Check,
  type Checks,
} from '../internal/border.ts';
import {
  anyText,
  choice,
  count,
  flag,
  listOf,
  methods,
  options,
  record,
  runtime,
  text,
} from '../internal/option-checks.ts';
import type { TestHierarchy } from '../testing/index.ts';
import type {
  SimulatedAnswer,
  SimulatedDossierSeed,
  SimulatedHospitalEvent,
  SimulatorFault,
  SimulatorOptions,
} from './model.ts';

/** What must be there of a hierarchy for a server that is trusted through it. */
export const hierarchyCheck: Check<TestHierarchy> = (name, value) => {
  const given = methods<TestHierarchy>('server')(name, value);
  text(`${name}.caPem`, given.caPem);
  bytesListOf(`${name}.anchors`, given.anchors);
  return given;
};

/** What a server of the simulator presents, and whom it trusts. */
export interface ServerTls {
  /** Leaf first. */
  readonly certPem: string;
  readonly keyPem: string;
  readonly caPem: string;
}

/** A server identity of the hierarchy that TLS can use. */
export function tlsOf(hierarchy: TestHierarchy, serverName?: string): ServerTls {
  return reading('hierarchy', () => {
    const { chainPem, keyPem } = hierarchy.server(serverName);
    const { caPem } = hierarchy;
    createSecureContext({ cert: chainPem, key: keyPem, ca: caPem });
    return { certPem: chainPem, keyPem, caPem };
  });
}

const port = count(0, 65_535);

/** `https://name` with a port at most: what a page may be sent to. */
const origin: Check<string> = (name, value) => {
  const given = text(name, value);
  const isOrigin = URL.canParse(given) && new URL(given).protocol === 'https:' && new URL(given).origin === given;
  return isOrigin ? given : refuseArgument(name, 'https://nom attendu');
};

/** What a far side is made with. */
export const simulatorChecks: Checks<SimulatorOptions> = {
  runtime,
  hierarchy: hierarchyCheck,
  limits: options<NonNullable<SimulatorOptions['limits']>>({
    maxRequestBytes: count(),
    maxRegistryBytes: count(),
    maxMessageBytes: count(),
    maxAssertionSeconds: count(),
  }),
  httpPort: port,
  smtpPort: port,
  requireClientCertificate: flag,
  mailClientCertificate: choice('none', 'optional', 'required'),
  requireIns: flag,
  registryAssertion: choice('required', 'optional'),
  patientInAddress: choice('refused', 'allowed'),
  portal: options<NonNullable<SimulatorOptions['portal']>>({ origin, dossierOrigin: origin, user: text }),
  // A real time, in milliseconds: an hour is more than any test waits.
  processingDelayMs: count(0, 3_600_000),
  callsCountAsConnection: flag,
};

const localIdChecks: Checks<LocalIdentifier> = { system: needed(anyText), value: needed(anyText) };

/** The identifier that a dossier is looked for by. */
export function checkedLocalId(localId: LocalIdentifier): LocalIdentifier {
  return optionsOf('localId', localId, localIdChecks);
}

type SeedIns = NonNullable<SimulatedDossierSeed['ins']>;

/** A dossier to put there; a patient, who has more members, is one too. */
export function checkedSeed(seed: SimulatedDossierSeed): SimulatedDossierSeed {
  const given = reading('seed', () => {
    const { localId, traits, ins, state, sharing, members, blocked } = recordOf('seed', seed, 'dossier attendu');
    return { localId, traits, ins, state, sharing, members, blocked };
  });
  return optionsOf<SimulatedDossierSeed>('seed', given, seedChecks);
}

const seedChecks: Checks<SimulatedDossierSeed> = {
  localId: needed(options(localIdChecks)),
  traits: needed(record),
  ins: (name, value) => {
    const { value: matricule, oid }: SeedIns = record(name, value);
    return { ...(value as SeedIns), value: text(`${name}.value`, matricule), oid: text(`${name}.oid`, oid) };
  },
  state: choice('open', 'closed'),
  sharing: choice('shared', 'not-shared'),
  members: listOf(text),
  blocked: listOf(text),
};

const eventChecks: Checks<SimulatedHospitalEvent> = {
  type: needed(choice('admission', 'discharge')),
  facility: options<NonNullable<SimulatedHospitalEvent['facility']>>({ finess: needed(text), name: needed(text) }),
  occurredAt: (name, value) => {
    const given = text(name, value);
    return Number.isNaN(Date.parse(given)) ? refuseArgument(name, 'date et heure ISO 8601 attendues') : given;
  },
  text,
};

/** An event that a hospital can declare. */
export function checkedEvent(event: SimulatedHospitalEvent): SimulatedHospitalEvent {
  return optionsOf('event', event, eventChecks);
}

const answerChecks: Checks<SimulatedAnswer> = {
  status: needed(choice('received', 'accepted', 'rejected', 'in-progress', 'on-hold', 'completed', 'failed')),
  reason: text,
};

/** What a structure can answer. */
export function checkedAnswer(answer: SimulatedAnswer): SimulatedAnswer {
  return optionsOf('answer', answer, answerChecks);
}

/** A structure that can be asked. */
export function checkedStructure(structure: { readonly finess: string; readonly name: string }): typeof structure {
  return optionsOf('structure', structure, { finess: needed(text), name: needed(text) });
}

/** Each kind of fault, and what it needs. */
const faultKinds: Readonly<Record<SimulatorFault['kind'], 'status' | 'location' | 'code' | null>> = {
  'http-status': 'status',
  'http-hang': null,
  'http-cut': null,
  'http-malformed': null,
  'http-redirect': 'location',
  'http-lost-answer': null,
  'reject-deposit': 'code',
  'registry-error': 'code',
  'soap-fault': 'code',
  'count-without-cut-off': null,
  'no-report': null,
};

interface FaultParts {
  readonly kind: SimulatorFault['kind'];
  readonly times?: number | undefined;
  readonly status?: number | undefined;
  readonly location?: string | undefined;
  readonly code?: string | undefined;
}

const faultChecks: Checks<FaultParts> = {
  kind: needed(choice(...(Object.keys(faultKinds) as SimulatorFault['kind'][]))),
  times: count(1),
  status: count(200, 599),
  location: text,
  code: text,
};

/** A fault that can be played. */
export function checkedFault(fault: SimulatorFault): SimulatorFault {
  const given = optionsOf<FaultParts>('fault', fault, faultChecks);
  if (given.kind === 'soap-fault' && !/^(?:Receiver|(?:wsa|wsse|wsu):[A-Za-z]+)$/.test(given.code ?? '')) {
    refuseArgument('fault.code', 'Receiver, ou un sous-code wsa:, wsse: ou wsu: attendu');
  }
  const wanted = faultKinds[given.kind];
  const asked = wanted === null ? {} : { [wanted]: needed(faultChecks[wanted] as never) };
  return optionsOf<FaultParts>('fault', given, { ...faultChecks, ...asked }) as SimulatorFault;
}
