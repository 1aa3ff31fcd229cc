import type { Runtime } from '../internal/runtime.ts';
import { announce } from './fhir/announce.ts';
import { eventTexts } from './fhir/events.ts';
import { FhirService, type FhirServiceOptions } from './fhir/service.ts';
import { FhirWorld } from './fhir/world.ts';
import type { SimulatedHospitalEvent, SimulatorOptions } from './model.ts';
import { checkedEvent } from './option-checks.ts';
import type { IdentityRegistry } from './sri/registry.ts';
import type { DossierState, PlatformState } from './state/state.ts';

/** What the FHIR base needs of the platform. */
interface PlatformParts {
  readonly state: PlatformState;
  readonly people: IdentityRegistry;
  readonly runtime: Runtime;
}

export function fhirWorld({ state, people: identities, runtime }: PlatformParts, requireIns: boolean): FhirWorld {
  return new FhirWorld({ state, identities, runtime, requireIns });
}

/** The FHIR base, on the dossiers of the other sides. */
export function fhirService(
  world: FhirWorld,
  assertion: FhirServiceOptions['assertion'],
  { limits = {}, registryAssertion = 'required', patientInAddress = 'refused' }: SimulatorOptions,
): FhirService {
  return new FhirService({
    world,
    requireAssertion: registryAssertion === 'required',
    maxBytes: limits.maxRequestBytes ?? 262_144,
    maxBundleBytes: limits.maxRegistryBytes ?? 134_217_728,
    bodyTimeoutMs: 10_000,
    allowsIdentifiers: patientInAddress === 'allowed',
    assertion,
  });
}

/** Tells an event to those who subscribed to it; gives its name. */
export function announceOn(world: FhirWorld, dossier: DossierState, given: SimulatedHospitalEvent): string {
  const { type, facility, occurredAt, text } = checkedEvent(given);
  return announce(world, dossier, {
    type,
    facility: facility ?? { finess: '990000028', name: "Hôpital d'essai" },
    occurredAt: occurredAt ?? world.now,
    text: text ?? eventTexts[type],
  });
}
