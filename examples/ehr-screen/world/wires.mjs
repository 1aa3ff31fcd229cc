// The same platform over three wires: which one carries what is said by the descriptor, never by the screen.
import { TerrESanteError } from 'terr-esante-sdk';

const chosen = (value) => ({ value, confidence: 'assumption', evidence: 'Chosen for the example.' });

/** Without `alerts`: a wire that has nothing like them. */
function overSoap(descriptor) {
  const { alerts, ...bindings } = descriptor.bindings;
  const soap = chosen('soap-ihe');
  const carried = { 'dossier.status': soap, 'dossier.create': soap, notifications: soap, 'documents.list': soap };
  return { ...descriptor, bindings: { ...bindings, ...carried } };
}

function overFhir(descriptor) {
  const fhir = chosen('fhir-r4');
  const reads = { careCircle: fhir, consent: fhir, notifications: fhir, 'documents.list': fhir };
  return {
    ...descriptor,
    bindings: { ...descriptor.bindings, ...reads, 'dossier.status': fhir, 'dossier.create': fhir },
    fhir: { ...descriptor.fhir, patientInAddress: chosen(true) },
  };
}

const wires = { simulator: (descriptor) => descriptor, soap: overSoap, fhir: overFhir };

/** The descriptor of the simulator for a wire: `simulator`, `soap` or `fhir`. */
export function descriptorOver(wire, descriptor) {
  if (Object.hasOwn(wires, wire)) return wires[wire](descriptor);
  throw new TerrESanteError('TE_INPUT_INVALID', 'Liaison inconnue : simulator, soap ou fhir.');
}
