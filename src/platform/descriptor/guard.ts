import { isTestHost } from '../test-host.ts';
import type { PlatformDescriptor } from './model.ts';
import { productionDescriptor } from './production.ts';
import { simulatorDescriptor } from './simulator.ts';

/** A value of a descriptor that belongs to another environment than the descriptor's. */
export interface StrayValue {
  readonly path: string;
  readonly found: string;
}

/** The arc that ITU-T X.660 keeps for examples. */
const exampleArc = /^2\.999(?:\.|$)/;

/**
 * What would lead production to a machine of tests, or tests to the production platform. The
 * descriptors that the library ships are what the others are compared with.
 */
export function strayValues(descriptor: PlatformDescriptor): readonly StrayValue[] {
  return descriptor.environment === 'production' ? testsIn(descriptor) : productionIn(descriptor);
}

function testsIn({ serviceHosts, identity, mssante, soap, fhir, portal }: PlatformDescriptor): readonly StrayValue[] {
  const receivers = soap ? Object.entries(soap.receivers.value) : [];
  const policies = fhir ? Object.entries(fhir.consentPolicies.value) : [];
  const ofSimulator = new Set(Object.values(simulatorDescriptor.fhir?.consentPolicies.value ?? {}));

  return [
    ...serviceHosts.value.filter(isTestHost).map((found) => ({ path: 'serviceHosts', found })),
    ...(portal?.allowedHosts.value ?? [])
      .filter((host) => isTestHost(host.replace(/:[^:]*$/, '')))
      .map((found) => ({ path: 'portal.allowedHosts', found })),
    ...(exampleArc.test(identity.regionalOid.value ?? '') ? [stray('identity.regionalOid', identity.regionalOid)] : []),
    ...receivers
      .filter(([, oid]) => exampleArc.test(oid))
      .map(([name, found]) => ({ path: `soap.receivers.${name}`, found })),
    ...(fhir && isOfExamples(fhir.roleSystem.value) ? [stray('fhir.roleSystem', fhir.roleSystem)] : []),
    ...policies
      .filter(([, address]) => isOfExamples(address) || ofSimulator.has(address))
      .map(([name, found]) => ({ path: `fhir.consentPolicies.${name}`, found })),
    ...(domainOf(mssante.mailbox.value) === domainOf(simulatorDescriptor.mssante.mailbox.value)
      ? [stray('mssante.mailbox', mssante.mailbox)]
      : []),
  ];
}

function productionIn({ environment, serviceHosts, mssante }: PlatformDescriptor): readonly StrayValue[] {
  const real = productionDescriptor;
  const hosts = serviceHosts.value
    .filter((host) => real.serviceHosts.value.includes(host))
    .map((found) => ({ path: 'serviceHosts', found }));

  // Nothing is published about qualification: that it has a mailbox of its own is not known.
  const isSimulated = environment === 'simulator';
  const isSame = mssante.mailbox.value.toLowerCase() === real.mssante.mailbox.value.toLowerCase();
  return isSimulated && isSame ? [...hosts, stray('mssante.mailbox', mssante.mailbox)] : hosts;
}

function isOfExamples(uri: string): boolean {
  if (!URL.canParse(uri)) return false;
  const { protocol, hostname, pathname } = new URL(uri);
  return protocol === 'urn:' ? exampleArc.test(pathname.replace(/^oid:/i, '')) : isTestHost(hostname);
}

function stray(path: string, { value }: { readonly value: string | null }): StrayValue {
  return { path, found: value ?? '' };
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
