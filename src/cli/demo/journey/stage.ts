import { subscribe, unsubscribe } from 'node:diagnostics_channel';

import { createPkcs12Provider, type SigningProvider } from '../../../auth/index.ts';
import { buildLetter, createSubmission } from '../../../documents/index.ts';
import type { PatientInput } from '../../../identity/index.ts';
import { createClient, type TerrESanteClient } from '../../../index.ts';
import { createSimulator, fictiveConfig, fictiveOutbox, type Simulator } from '../../../simulator/index.ts';
import {
  demoLetterPdf,
  fictivePatients,
  fictiveProfessional,
  fictiveStructure,
  type TestHierarchy,
} from '../../../testing/index.ts';
import { sourceId } from '../config.ts';
import { mailChannel } from '../means.ts';
import { descriptorOver, type JourneyWire } from './wires.ts';

/** The hospital, which deposits by itself. */
const hospital = {
  professional: { ...fictiveProfessional(), nationalId: '899900000290', familyName: 'HOSPITALIER', givenName: 'SACHA' },
  structure: { ...fictiveStructure(), name: "Hôpital d'essai" },
};

/**
 * A platform of its own for one journey, a practice that speaks to it over one wire, and the
 * requests that left meanwhile.
 */
export class JourneyStage {
  readonly simulator: Simulator;
  /** Over the wire of the journey. */
  readonly te: TerrESanteClient;
  /** The same practice over FHIR, for what the wire of the journey does not carry. */
  readonly beside: TerrESanteClient;
  readonly #closers: readonly (() => Promise<void> | undefined)[];
  readonly #count = (): void => void (this.#requests += 1);
  #requests = 0;

  constructor(simulator: Simulator, wire: JourneyWire, card: SigningProvider) {
    this.simulator = simulator;
    this.te = clientOver(wire, simulator, card);
    this.beside = clientOver('fhir', simulator, card);
    this.#closers = [() => this.te.close(), () => this.beside.close(), () => simulator.close()];
    subscribe('http.client.request.start', this.#count);
  }

  /** Runs a question, and says how many requests left meanwhile. */
  async counted<T>(ask: () => Promise<T>): Promise<{ readonly value: T; readonly requests: number }> {
    const before = this.#requests;
    const value = await ask();
    return { value, requests: this.#requests - before };
  }

  /** The hospital sends a document of its own by mail, and the platform takes it in. */
  async hospitalDeposits(patient: PatientInput, titles: readonly string[]): Promise<void> {
    const channel = mailChannel(this.simulator);
    try {
      for (const title of titles) {
        const document = await buildLetter({
          patient,
          author: hospital,
          patientConsent: true,
          pdf: demoLetterPdf(),
          codeSet: this.simulator.descriptor.documents.typeCodeSet.value,
          title,
        });
        await channel.deposit(createSubmission([document], { sourceId }));
      }
      await this.simulator.settled();
    } finally {
      await channel.close();
    }
  }

  async close(): Promise<void> {
    unsubscribe('http.client.request.start', this.#count);
    for (const close of this.#closers) await close();
  }
}

/** Starts the platform of a journey. */
export async function openStage(
  wire: JourneyWire,
  patient: PatientInput,
  hierarchy: TestHierarchy,
): Promise<JourneyStage> {
  const simulator = await createSimulator({ hierarchy });
  const { pfx, password } = hierarchy.professional.signature;
  const stage = new JourneyStage(simulator, wire, await createPkcs12Provider({ pfx, password }));

  // Somebody else is known already: an identity server that knows nobody knows no domain either.
  const [other] = fictivePatients(1);
  if (other && patient.localId) {
    const localId = { system: patient.localId.system, value: `${patient.localId.value}-AUTRE` };
    simulator.addDossier({ localId, traits: other.traits });
  }
  return stage;
}

function clientOver(wire: JourneyWire, simulator: Simulator, card: SigningProvider): TerrESanteClient {
  return createClient(fictiveConfig(simulator), {
    auth: card,
    descriptor: descriptorOver(wire, simulator.descriptor),
    outbox: { ...fictiveOutbox(simulator), pollMs: 10 },
    tls: { ca: simulator.caPem },
  });
}
