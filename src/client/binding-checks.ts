import { refuseArgument } from '../internal/border.ts';
import { callback, record, text } from '../internal/option-checks.ts';
import type { PlatformBinding } from '../transport/index.ts';

type Families = Omit<Required<PlatformBinding>, 'kind' | 'probe' | 'close'>;

/** Operations of each family: a new one is a row here. */
const families = {
  dossier: ['status', 'create'],
  notifications: ['countForPatient', 'countForPractitioner', 'list'],
  documents: ['search', 'fetch', 'setVisibility'],
  consent: ['list', 'withdraw'],
  careCircle: ['get', 'join', 'leave', 'listMine', 'adds', 'addMember', 'removeMember'],
  alerts: ['list', 'subscribe', 'unsubscribe'],
  notes: ['list', 'create', 'update', 'retract', 'fetch'],
  measures: ['list'],
  support: ['reaches', 'request', 'list', 'get', 'cancel'],
  interventionPlan: ['list', 'get', 'create', 'update', 'getAccessInfo'],
} as const satisfies { readonly [F in keyof Families]: readonly (keyof NonNullable<Families[F]>)[] };

/** Names of wires that carry no operation: mail is the channel of deposits, the INSi an
 * option, the portal what a browser carries. */
const reserved: ReadonlySet<string> = new Set(['mssante', 'soap-insi', 'portal']);

/**
 * A binding that a host gives: a kind, and methods. It is kept as it is: it may be an object with a
 * life of its own.
 */
export function ownBinding(name: string, value: unknown): PlatformBinding {
  const binding: Readonly<Record<string, unknown>> = record(name, value);
  if (reserved.has(text(`${name}.kind`, binding['kind']))) refuseArgument(`${name}.kind`, 'nom déjà pris');

  for (const [family, operations] of Object.entries(families)) {
    if (binding[family] === undefined) continue;
    const carried: Readonly<Record<string, unknown>> = record(`${name}.${family}`, binding[family]);
    for (const operation of operations) {
      if (carried[operation] !== undefined) callback(`${name}.${family}.${operation}`, carried[operation]);
    }
  }
  for (const method of ['probe', 'close']) {
    if (binding[method] !== undefined) callback(`${name}.${method}`, binding[method]);
  }
  return value as PlatformBinding;
}
