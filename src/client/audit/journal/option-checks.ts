import type { LocalIdentifier } from '../../../identity/index.ts';
import { needed, optionsOf, refuseArgument, textOf, type Check, type Checks } from '../../../internal/border.ts';
import { parseInstant } from '../../../internal/hl7-time.ts';
import { choice, count, options, orNull } from '../../../internal/option-checks.ts';
import type { AuditEvent } from '../model.ts';
import type { AuditExportOptions, AuditFilter, AuditMark } from './model.ts';

/** Longest text of a record: none of them is prose but the reason, which has a limit of its own. */
const longestText = 1_000;

const short: Check<string> = (name, value) => {
  const given = textOf(name, value);
  return given.length <= longestText ? given : refuseArgument(name, `${String(longestText)} caractères au plus`);
};

const instant: Check<string> = (name, value) => {
  const given = short(name, value);
  parseInstant(given);
  return given;
};

const identifier: Check<LocalIdentifier> = options<LocalIdentifier>({ system: needed(short), value: needed(short) });

const eventChecks: Checks<AuditEvent> = {
  startedAt: needed(instant),
  at: needed(instant),
  action: needed(short),
  purpose: needed(choice('normal', 'emergency', 'regulation-centre')),
  reason: needed(orNull(short)),
  professional: needed(short),
  structure: needed(short),
  patient: needed(orNull(identifier)),
  object: needed(orNull(short)),
  outcome: needed(choice('ok', 'error')),
  code: needed(orNull(short as Check<NonNullable<AuditEvent['code']>>)),
  // The name of a binding that an editor registered may stand here too.
  binding: needed(short),
  correlationId: needed(short),
};

/** An access as the host gives it: a copy, with nothing beside its members. */
export const eventOf = (event: AuditEvent): AuditEvent => optionsOf('event', event, eventChecks);

const filterChecks: Checks<AuditFilter> = { since: instant, until: instant, patient: identifier };

/** Whether an access is one of those that are asked for. */
export function filterOf(filter: AuditFilter | undefined): (event: AuditEvent) => boolean {
  const { since, until, patient } = optionsOf('filter', filter, filterChecks);
  const from = since === undefined ? -Infinity : parseInstant(since).epochMs;
  const to = until === undefined ? Infinity : parseInstant(until).epochMs;

  return (event) => {
    const at = Date.parse(event.at);
    if (at < from || at >= to) return false;
    return !patient || (event.patient?.system === patient.system && event.patient.value === patient.value);
  };
}

export const exportOptionsOf = (given: AuditExportOptions): AuditExportOptions =>
  optionsOf('options', given, { ...filterChecks, format: needed(choice('atna', 'fhir')), source: needed(short) });

const hash: Check<string> = (name, value) => {
  const given = textOf(name, value);
  return /^[0-9a-f]{64}$/.test(given) ? given : refuseArgument(name, 'SHA-256 en hexadécimal attendu');
};

/** A record that was noted elsewhere. */
export function markOf(known: AuditMark | undefined): AuditMark | undefined {
  return known && optionsOf('known', known, { sequence: needed(count()), hash: needed(hash) });
}
