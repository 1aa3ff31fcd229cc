/** TRE_R254, and those of JDV_J46 that a practice subscribes to. @see ANS, NdE 3.0.0, event-type */
export const eventSystem = 'https://mos.esante.gouv.fr/NOS/TRE_R254-TypeEvenement/FHIR/TRE-R254-TypeEvenement';
export const eventCodes = { admission: 'ADM', discharge: 'SOR', deposit: 'DOC', note: 'NOT' } as const;

/** What happens in a hospital. */
export interface HospitalEvent {
  readonly type: 'admission' | 'discharge';
  readonly facility: { readonly finess: string; readonly name: string };
  /** ISO 8601. */
  readonly occurredAt: string;
  readonly text: string;
}

/** What is told of it where nothing else is said. */
export const eventTexts = { admission: "Admission à l'hôpital", discharge: "Sortie d'hospitalisation" } as const;
