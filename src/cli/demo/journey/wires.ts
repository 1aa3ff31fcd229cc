import type { PlatformDescriptor } from '../../../platform/index.ts';

/** The wires over which the journey of a practice is told, in this order. */
export const journeyWires = ['simulator', 'soap', 'fhir'] as const;

/** One of them. */
export type JourneyWire = (typeof journeyWires)[number];

/** How a wire is called in what the demo prints. */
export const wireNames: Readonly<Record<JourneyWire, string>> = {
  simulator: 'la liaison du simulateur',
  soap: 'SOAP',
  fhir: 'FHIR',
};

const kinds = { soap: 'soap-ihe', fhir: 'fhir-r4' } as const;

/** What the platform's own services do; documents leave by mail on every wire. */
const operations = [
  'dossier.status',
  'dossier.create',
  'consent',
  'careCircle',
  'alerts',
  'notifications',
  'documents.list',
] as const;

/** The descriptor of the simulator, every service over one wire. */
export function descriptorOver(wire: JourneyWire, descriptor: PlatformDescriptor): PlatformDescriptor {
  if (wire === 'simulator') return descriptor;

  const bound = { value: kinds[wire], confidence: 'assumption', evidence: 'Chosen for the demonstration.' } as const;
  const bindings = { ...descriptor.bindings, ...Object.fromEntries(operations.map((name) => [name, bound])) };
  return { ...descriptor, bindings };
}
