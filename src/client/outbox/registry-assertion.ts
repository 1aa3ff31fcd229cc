import { TerrESanteError } from '../../errors.ts';
import { findInsOid } from '../../identity/ins/oid.ts';
import type { PatientIns } from '../../identity/index.ts';
import { parseCx } from '../../internal/hl7.ts';
import type { SoapXdsTransportConfig } from '../../transport/index.ts';
import type { Assertions } from '../policy/assertions.ts';

/** Gives the assertion of one attempt to deposit. */
export type RegistryAssertion = NonNullable<SoapXdsTransportConfig['assertion']>;

/**
 * The assertion of a deposit that leaves later: the patient is the one that the deposit itself
 * names, so that the professional and the patient of the two are the same.
 */
export function registryAssertion(assertions: () => Promise<Assertions>): RegistryAssertion {
  let made: Promise<Assertions> | undefined;

  return async ({ patientId, sourcePatientId, signal, timeoutMs }) => {
    const local = parseCx(sourcePatientId ?? '');
    if (!local) throw new TerrESanteError('TE_OUTBOX', 'Le dépôt conservé ne nomme pas son patient.');

    made ??= assertions();
    const named = { localId: { system: local.oid, value: local.id }, ins: insOf(patientId) };
    return (await made).get(named, 'normal', { signal, timeoutMs });
  };
}

/** The INS, when the deposit gives it: it does only for a qualified identity. */
function insOf(patientId: string): PatientIns | null {
  const cx = parseCx(patientId);
  const known = cx && findInsOid(cx.oid);
  return known ? { value: cx.id, kind: known.kind, oid: cx.oid } : null;
}
