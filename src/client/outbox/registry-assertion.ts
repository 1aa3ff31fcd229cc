import { TerrESanteError } from '../../errors.ts';
import { findInsOid } from '../../identity/ins/oid.ts';
import type { LocalIdentifier, PatientIns } from '../../identity/index.ts';
import { parseCx } from '../../internal/hl7.ts';
import type { FhirServices, FhirTransportConfig, SoapXdsTransportConfig } from '../../transport/index.ts';
import { bearerOf } from '../../transport/fhir-services/address.ts';
import type { ClientOptions } from '../model.ts';
import type { Assertions } from '../policy/assertions.ts';

/** Gives the assertion of one attempt to deposit. */
export type RegistryAssertion = NonNullable<SoapXdsTransportConfig['assertion']>;

/** Gives what authorises one request to a FHIR server. */
export type FhirAuthorization = NonNullable<FhirTransportConfig['authorization']>;

/** What authorises the deposits of one professional, whatever server they go to. */
export interface Signer {
  readonly registry: RegistryAssertion;
  readonly fhir: FhirAuthorization;
}

const deposit = { operation: 'documents.deposit', purpose: 'normal' } as const;

/**
 * The assertion of a deposit that leaves later: the patient is the one that the deposit itself
 * names, so that the professional and the patient of the two are the same.
 */
export function registryAssertion(assertions: () => Promise<Assertions>): RegistryAssertion {
  return async ({ patientId, sourcePatientId, signal, timeoutMs }) => {
    const local = parseCx(sourcePatientId ?? '');
    if (!local) throw new TerrESanteError('TE_OUTBOX', 'Le dépôt conservé ne nomme pas son patient.');

    const named = { localId: { system: local.oid, value: local.id }, ins: insOf(patientId) };
    return (await assertions()).get(named, deposit, { signal, timeoutMs });
  };
}

/** The INS, when the deposit gives it: it does only for a qualified identity. */
function insOf(patientId: string): PatientIns | null {
  const cx = parseCx(patientId);
  return cx && insIn({ system: cx.oid, value: cx.id });
}

function insIn({ system, value }: LocalIdentifier): PatientIns | null {
  const known = findInsOid(system);
  return known ? { value, kind: known.kind, oid: system } : null;
}

/** Of a deposit that names its patient by the INS, the assertion takes the practice's own too. */
function namedBy(patient: LocalIdentifier, sourceId: LocalIdentifier | null): Parameters<Assertions['get']>[0] {
  const ins = insIn(patient);
  return { localId: ins ? (sourceId ?? patient) : patient, ins };
}

/**
 * The same towards a FHIR server: the assertion as a bearer token, signed anew when it was refused,
 * or the token of the host.
 *
 * @param token - what the host gives, where `means` is a token
 */
export function fhirAuthorization(
  assertions: () => Promise<Assertions>,
  means: FhirServices['authorization'],
  token: ClientOptions['fhirAuthorization'],
): FhirAuthorization {
  return async ({ patient, sourceId, signal, timeoutMs, renew }) => {
    if (means === 'token') {
      if (token) return token({ signal, timeoutMs, renew });
      throw new TerrESanteError(
        'TE_CONFIG_INVALID',
        'Le serveur FHIR demande un jeton que le client ne sait pas donner.',
        {
          details: { path: 'fhirAuthorization' },
        },
      );
    }

    const own = await assertions();
    if (renew) own.forget();
    return bearerOf(await own.get(namedBy(patient, sourceId), deposit, { signal, timeoutMs }));
  };
}
