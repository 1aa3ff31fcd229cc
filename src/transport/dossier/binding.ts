import type { CallOptions } from '../../internal/abort.ts';
import type { PlatformBinding, PlatformProbe } from '../binding/model.ts';
import { DossierServices } from './client.ts';
import type { DossierServicesOptions } from './model.ts';

/**
 * The SOAP wire of a platform: status, creation, access, counts and documents in the shape of the
 * DMP's services and of IHE. An operation whose service has no address is absent.
 *
 * @see IHE ITI TF-2, sections 3.18, 3.44, 3.45, 3.47; GIE SESAM-Vitale, DMP example messages
 */
export function createSoapBinding(options: DossierServicesOptions): PlatformBinding {
  const services = new DossierServices(options);

  return {
    kind: 'soap-ihe',
    dossier: services.offers('dossier')
      ? {
          status: (patient, call) => services.status(patient, call),
          create: (patient, creation, call) => services.create(patient, creation, call),
        }
      : undefined,
    notifications: services.offers('registry')
      ? { countForPatient: (patient, query, call) => services.countForPatient(patient, query, call) }
      : undefined,
    documents: services.offers('registry')
      ? {
          search: (patient, query, call) => services.search(patient, query, call),
          ...(services.offers('repository') && {
            fetch: (patient, uniqueId, maxBytes, call) => services.fetch(patient, uniqueId, maxBytes, call),
          }),
          ...(services.offers('update') && {
            setVisibility: (patient, change, call) => services.setVisibility(patient, change, call),
          }),
        }
      : undefined,
    probe: (call) => probe(options, call),
    close: () => options.http.close(),
  };
}

/** Reads the clock of the platform; any answer will do. */
async function probe(
  { url, http, runtime: { clock } }: DossierServicesOptions,
  call: CallOptions = {},
): Promise<PlatformProbe> {
  const sentAt = clock.now();
  const { headers } = await http.send({
    ...call,
    method: 'GET',
    url: `${url.replace(/\/+$/, '')}/`,
    maxResponseBytes: 65_536,
  });
  return { dateHeader: headers['date'] ?? null, sentAt, receivedAt: clock.now() };
}
