import { TerrESanteError } from '../../errors.ts';
import type { LocalIdentifier } from '../../identity/index.ts';
import { needed, type Checks } from '../../internal/border.ts';
import { callback, options, orNull, text } from '../../internal/option-checks.ts';
import { patientScope } from '../../internal/patient-scope.ts';
import type { DepositMessage } from '../deposit.ts';
import type { DepositReceipt } from '../receipt/model.ts';
import type { Posted } from './new-entry.ts';

/**
 * A mail that is no deposit, and enters the outbox with the deposits: a letter to a colleague or to
 * a patient.
 *
 * @group Outbox
 */
export interface OutboxMail {
  /** A UUID: the same mail posted again gives its receipt back. */
  readonly id: string;
  /** Whom it concerns, so that an access request or an erasure finds it; `null` for nobody. */
  readonly patient: LocalIdentifier | null;
  /** Writes it under the identifiers of its entry. Called once, before it is stored. */
  readonly compose: (identifiers: {
    readonly messageId: string;
    readonly envelopeId: string;
  }) => Promise<DepositMessage>;
}

/** Writes the message of an entry under its identifiers. */
export type Compose = OutboxMail['compose'];

const idShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** What the uniqueId of a mail begins with: that of a document is an OID. */
const prefix = 'mail:';

/**
 * Whether a receipt of the outbox is that of a mail, and not of a deposit: the `uniqueId` of a mail
 * is `mail:` and its UUID.
 *
 * @example
 * ```ts
 * import { isMailReceipt } from 'terr-esante-sdk/transport';
 *
 * isMailReceipt({ uniqueId: '2.999.1.10.9.1' }); // false
 * ```
 *
 * @group Outbox
 */
export function isMailReceipt({ uniqueId }: Pick<DepositReceipt, 'uniqueId'>): boolean {
  return typeof uniqueId === 'string' && uniqueId.startsWith(prefix);
}

/** @throws TerrESanteError `TE_INPUT_INVALID` for an id that is no UUID */
export function mailUniqueId(id: string): string {
  const lower = id.toLowerCase();
  if (idShape.test(lower)) return `${prefix}${lower}`;
  throw new TerrESanteError('TE_INPUT_INVALID', 'UUID attendu : id.', { details: { argument: 'id' } });
}

/** A mail, as its entry tells it. */
export function postedMail({ id, patient }: OutboxMail): Posted {
  return { uniqueIds: [mailUniqueId(id)], documents: [], patient: patient && patientScope(patient) };
}

/** A mail in an outbox whose carrier speaks to a registry would never leave. */
export function noMailWire(channel: DepositReceipt['channel']): TerrESanteError {
  return new TerrESanteError('TE_UNSUPPORTED', "Cette boîte d'envoi n'envoie pas de courriels.", {
    details: { operation: 'outbox.post', channel },
  });
}

export const mailChecks: Checks<OutboxMail> = {
  id: needed(text),
  patient: needed(orNull(options<LocalIdentifier>({ system: needed(text), value: needed(text) }))),
  compose: needed(callback),
};
