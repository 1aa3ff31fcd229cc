import type { Runtime } from '../internal/runtime.ts';
import type { Faults } from './faults.ts';
import type { Simulator, SimulatorOptions } from './model.ts';
import type { PlatformState } from './state/state.ts';
import { xdsPath, XdsService, type XdsServiceOptions } from './xds/service.ts';

/** What the registry needs of the platform. */
interface PlatformParts {
  readonly faults: Faults;
  readonly runtime: Runtime;
  readonly state: PlatformState;
}

/** The registry and the repository of the simulator. */
export function registryService(
  { faults, runtime, state }: PlatformParts,
  assertion: XdsServiceOptions['assertion'],
  { limits, registryAssertion = 'required', requireIns = false }: SimulatorOptions,
): XdsService {
  return new XdsService({
    state,
    runtime,
    requireIns,
    requireAssertion: registryAssertion === 'required',
    maxBytes: limits?.maxRegistryBytes ?? 134_217_728,
    assertion,
    faults: {
      registryError: () => faults.take('registry-error')?.code,
      soapFault: () => faults.take('soap-fault')?.code as ReturnType<XdsServiceOptions['faults']['soapFault']>,
    },
  });
}

/** Where each transaction is answered. */
export function registryAddresses(httpUrl: string): Simulator['registry'] {
  return {
    register: httpUrl + xdsPath('iti41'),
    query: httpUrl + xdsPath('iti18'),
    retrieve: httpUrl + xdsPath('iti43'),
    update: httpUrl + xdsPath('iti57'),
  };
}
