import type { PatientInput, Professional, Structure } from '../../identity/index.ts';
import type { Act, ActOutcome } from '../scenario/model.ts';

/** A patient as the kit gives it. @group Conformance kit */
export interface KitPatient extends PatientInput {
  /** Names the patient in requests and reports; says nothing of the person. */
  readonly key: string;
}

/** A gesture that is asked for. @group Conformance kit */
export interface ActRequest {
  readonly v: 1;
  /** Of the run: the same in all its requests. */
  readonly run: string;
  readonly scenario: string;
  /** Number of the act in its scenario, from 1. */
  readonly step: number;
  readonly act: Act;
  readonly patient: KitPatient | null;
  /** What the act needs: `file` is a path, `deposit` names an earlier deposit. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly deadlineMs: number;
}

/**
 * What the software says of it. An answer is a claim: what the far side saw overrules it.
 *
 * @group Conformance kit
 */
export interface ActAnswer {
  readonly outcome: ActOutcome;
  /** The sentence that the user read. */
  readonly shown?: string | undefined;
  /** Code of an error, of the software or of a report. */
  readonly code?: string | undefined;
  /** What the act names: `deposit`, `state`, `uniqueId`… */
  readonly values?: Readonly<Record<string, unknown>> | undefined;
}

/** Address of a server of the far side. @group Conformance kit */
export interface KitServer {
  readonly host: string;
  readonly port: number;
  /** Name in the certificate of the server. */
  readonly serverName: string;
}

/**
 * What the software is set up with before the run: fictive, on this machine only.
 *
 * @group Conformance kit
 */
export interface KitWorld {
  /** Folder that holds the same in files: `world.json`, `ca.pem`, `structure.pem`… */
  readonly folder: string;
  readonly smtp: KitServer;
  /** The mailbox of the sender, over POP3 and TLS. */
  readonly pop3: KitServer;
  readonly mailbox: { readonly address: string; readonly user: string; readonly password: string };
  /** Where documents are deposited. */
  readonly depositAddress: string;
  readonly caPem: string;
  /** Certificate of the structure, for the mail server. */
  readonly structureCertificate: { readonly certPem: string; readonly keyPem: string };
  /** Card of the professional as PKCS#12, `card.p12` of the folder. */
  readonly card: { readonly pfx: Uint8Array; readonly password: string };
  readonly professional: Professional;
  readonly structure: Structure;
  /** Root of the identifiers that the software makes. */
  readonly oidRoot: string;
  readonly patients: readonly KitPatient[];
}

/**
 * What carries the gestures to the software under test. `start` and `stop` stand around the run.
 *
 * @group Conformance kit
 */
export interface EhrDriver {
  start?(world: KitWorld): Promise<void>;
  act(request: ActRequest, signal: AbortSignal): Promise<ActAnswer>;
  stop?(): Promise<void>;
}
