// What a real practice has already, made up: a professional with a card, patients, and a platform that answers.
import { createClient } from 'terr-esante-sdk';
import { createPkcs12Provider } from 'terr-esante-sdk/auth';
import { professionalOf } from 'terr-esante-sdk/platform';
import { createSimulator, fictiveConfig, fictiveOutbox } from 'terr-esante-sdk/simulator';
import { createTestHierarchy, fictiveProfessional } from 'terr-esante-sdk/testing';
import { Deposits } from './deposits.mjs';
import { openHospital } from './hospital.mjs';
import { peopleOfDay } from './people.mjs';
import { descriptorOver } from './wires.mjs';

/** Real time that a document takes from its arrival to the dossier: long enough to be seen on the screen. */
const processingDelayMs = 1_500;

/**
 * A simulated platform, and the client of the practice.
 *
 * In a real software the simulator goes: the configuration, the card, the spool folder and the mail server are yours,
 * and the rest of this folder stays as it is.
 */
export async function createWorld({ wire = 'simulator', patients = 6, log, runtime, validity }) {
  const hierarchy = validity && (await createTestHierarchy(validity));
  const simulator = await createSimulator({ processingDelayMs, patientInAddress: 'allowed', runtime, hierarchy });
  const descriptor = descriptorOver(wire, simulator.descriptor);
  const limit = descriptor.limits.maxStatuses.value;
  const people = peopleOfDay(Math.min(patients, limit));

  const deposits = new Deposits();
  const config = fictiveConfig(simulator);
  const { pfx, password } = simulator.hierarchy.professional.signature;
  const te = createClient(config, {
    auth: await createPkcs12Provider({ pfx, password }),
    descriptor,
    tls: { ca: simulator.caPem },
    outbox: { ...fictiveOutbox(simulator), onChange: (receipt) => deposits.changed(receipt), pollMs: 100 },
    logger: loggerOf(log),
    runtime,
  });
  const hospital = await openHospital(simulator, { runtime, validity });
  await fill({ simulator, people, te, hospital });

  return {
    te,
    simulator,
    hospital,
    people,
    deposits,
    limit,
    codeSet: descriptor.documents.typeCodeSet.value,
    wire,
    professional: professionalOf(config),
    practice: config.structure.name,
    portal: portalOf(simulator, descriptor),
    now: () => runtime?.clock.now() ?? Date.now(),
    /** Alert subscriptions of each patient: the platform does not list them. */
    subscriptions: new Map(),
    /** Openings of the portal that a browser has not fetched yet. */
    launches: new Map(),
    async close() {
      await Promise.all([te.close(), hospital.close()]);
      await simulator.close();
    },
  };
}

/** What happened before this morning: the professional looked yesterday, and a hospital deposited since. */
async function fill({ simulator, people, te, hospital }) {
  const { nationalId } = fictiveProfessional();
  for (const { patient, platform } of people) {
    if (platform === 'absent') continue;
    simulator.addDossier({ ...patient, members: platform === 'stranger' ? [] : [nationalId] });
  }
  simulator.connect(nationalId);
  await seen(te, people, simulator.lastConnection(nationalId));

  for (const { patient } of people.filter((person) => person.hospital)) {
    const titles = ['Compte rendu d’hospitalisation', 'Lettre de sortie'];
    await Promise.all(titles.map((title) => hospital.deposit(patient, title)));
  }
  for (const { patient, platform } of people) if (platform === 'closed') simulator.closeDossier(patient.localId);
}

/** About the same instant, for the wires over which the platform does not keep it. */
async function seen(te, people, epochMs) {
  const at = new Date(epochMs - 60_000).toISOString();
  await te.notifications.markSeen({ at });
  for (const { patient, platform } of people)
    if (platform === 'member') await te.notifications.markSeen({ patient, at });
}

/** Where the page may post the form of the portal, and what it tells the portal of itself. */
function portalOf({ httpUrl }, { portal }) {
  return { origins: [new URL(httpUrl).origin], referrerPolicy: portal.referrerPolicy.value };
}

/** What the SDK writes holds no trait and no identifier of a patient. */
function loggerOf(log) {
  const write = (level) => (message, fields) => log(`sdk ${level} ${message} ${JSON.stringify(fields)}`);
  return { debug: () => undefined, info: write('info'), warn: write('warn'), error: write('error') };
}
