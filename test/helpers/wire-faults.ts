import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { inspect } from 'node:util';

import { buildLetter, createSubmission, type Submission } from '../../src/documents/index.ts';
import { isTerrESanteError, type TerrESanteError } from '../../src/errors.ts';
import {
  createTestHierarchy,
  demoLetterPdf,
  fictivePatient,
  fictiveProfessional,
  fictiveStructure,
} from '../../src/testing/index.ts';
import { createHttpClient, createXdsClient, type XdsClient } from '../../src/transport/index.ts';
import { Random } from '../fuzz/random.ts';
import { givenId, listedIds, type FarSideEnd, type FarSideStart } from './wire-faults-far-side.ts';

/** The program of the far side, to be bundled by `scripts/bundle-source.mjs`. */
export const farSideProgram =
  "import { runFarSide } from './test/helpers/wire-faults-far-side.ts'; await runFarSide();";

/** What came of many calls over lines with faults. */
export interface FaultRun {
  readonly calls: number;
  /** Results and error codes, with their numbers. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Longest time of a call beyond its deadline, in milliseconds. */
  readonly longestOverMs: number;
  /**
   * The same from the moment at which a bare timer of the same length, set beside the call, went
   * off: what is left is of the library, not of the machine.
   */
  readonly longestAfterTimerMs: number;
  /** Processor time of this whole process in that stretch: the rest of it, the process stood still. */
  readonly longestAfterTimerCpuMs: number;
  /** How late timers of this process were at most. */
  readonly latestTimerMs: number;
  /** What must not be, a sentence each. */
  readonly wrong: readonly string[];
  /** Connections that there were. */
  readonly connections: number;
  /**
   * Open files of this process, sockets among them: before, the most at a time, and after; `null`
   * where the system does not say.
   */
  readonly files: { readonly before: number; readonly most: number; readonly after: number } | null;
}

export interface FaultRunOptions {
  /** File of {@link farSideProgram}, bundled. */
  readonly farSide: string;
  readonly calls: number;
  readonly seed: number;
  readonly tls: boolean;
  /** Of each call. */
  readonly deadlineMs: number;
}

const maxConnections = 8;
/** After so long a call counts as one that does not end. */
const hangMs = 10_000;
const documentBytes = 120_000;

/** Deposits, queries and retrievals side by side, each connection with a fault of its own. */
export async function runWireFaults(options: FaultRunOptions): Promise<FaultRun> {
  const { farSide, calls, seed, tls, deadlineMs } = options;
  const hierarchy = await createTestHierarchy();
  const { chainPem: cert, keyPem: key } = hierarchy.server();
  const content = randomBytes(documentBytes);
  const far = await startFarSide(farSide, { tls: tls ? { cert, key } : null, content, seed, delayMs: 2 * deadlineMs });

  const http = createHttpClient({
    ca: hierarchy.caPem,
    allowClearLoopback: true,
    maxConnections,
    idleMs: deadlineMs,
    timeoutMs: deadlineMs,
  });
  const url = `${tls ? 'https' : 'http'}://127.0.0.1:${String(far.port)}/`;
  const xds = createXdsClient({ http, endpoints: { register: url, query: url, retrieve: url } });
  const run = new Run(xds, { submission: await submissionOf(), content, random: new Random(seed + 1), deadlineMs });
  const before = openFiles();
  // What is loaded at the first calls takes its time once.
  await run.go(maxConnections);
  run.longestOverMs = 0;
  run.longestAfterTimer = { ms: 0, cpuMs: 0 };
  const watch = new Watch();
  const timers = monitorEventLoopDelay({ resolution: 10 });
  timers.enable();
  await run.go(calls - maxConnections);
  timers.disable();

  await http.close();
  await settled(() => (openFiles() ?? 0) <= (before ?? 0));
  const after = openFiles();
  const { registered, connections } = await far.end();
  run.judgeDeposits(registered);
  return {
    calls,
    outcomes: run.outcomes,
    longestOverMs: Math.round(run.longestOverMs),
    longestAfterTimerMs: Math.round(run.longestAfterTimer.ms),
    longestAfterTimerCpuMs: Math.round(run.longestAfterTimer.cpuMs),
    latestTimerMs: Math.round(timers.max / 1e6),
    wrong: run.wrong,
    connections,
    files: before === null || after === null ? null : { before, most: watch.end(), after },
  };
}

class Run {
  readonly outcomes: Record<string, number> = {};
  readonly wrong: string[] = [];
  longestOverMs = 0;
  longestAfterTimer = { ms: 0, cpuMs: 0 };
  readonly #xds: XdsClient;
  readonly #submission: Submission;
  readonly #content: Buffer;
  readonly #random: Random;
  readonly #deadlineMs: number;
  #serial = 0;
  /** Deposits by uniqueId, with what the client said of them. */
  readonly #deposits = new Map<string, 'registered' | 'not registered' | 'unknown'>();

  constructor(
    xds: XdsClient,
    given: {
      readonly submission: Submission;
      readonly content: Buffer;
      readonly random: Random;
      readonly deadlineMs: number;
    },
  ) {
    this.#xds = xds;
    this.#submission = given.submission;
    this.#content = given.content;
    this.#random = given.random;
    this.#deadlineMs = given.deadlineMs;
  }

  /** As many at a time as there are connections, and some that wait for one. */
  async go(calls: number): Promise<void> {
    let left = calls;
    const worker = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const works = [() => this.#deposit(), () => this.#query(), () => this.#retrieve()];
        await works[left % works.length]?.();
      }
    };
    await Promise.all(Array.from({ length: maxConnections + 2 }, worker));
  }

  /** What the client said of each deposit, against what the registry holds. */
  judgeDeposits(registered: readonly string[]): void {
    const there = new Set(registered);
    for (const [uniqueId, said] of this.#deposits) {
      const isThere = there.has(uniqueId);
      if (said === 'registered' && !isThere) this.wrong.push('a deposit that succeeded is not registered');
      if (said === 'not registered' && isThere) this.wrong.push('a deposit told as not made is registered');
    }
  }

  async #deposit(): Promise<void> {
    const sent = renamed(this.#submission, (this.#serial += 1));
    const uniqueId = sent.documents[0]?.entry.uniqueId ?? '';
    const error = await this.#ends('deposit', (signal) =>
      this.#xds.registerDocuments(sent, { signal, timeoutMs: this.#deadlineMs }),
    );
    const { unknownOutcome } = error?.details ?? { unknownOutcome: null };
    if (error && typeof unknownOutcome !== 'boolean')
      this.wrong.push(`a deposit says nothing of its outcome: ${error.code}`);
    const failed = unknownOutcome === false ? 'not registered' : 'unknown';
    this.#deposits.set(uniqueId, error ? failed : 'registered');
  }

  async #query(): Promise<void> {
    await this.#ends('query', async (signal) => {
      const query = { query: 'GetDocuments', uniqueIds: listedIds } as const;
      const { documents } = await this.#xds.query(query, { signal, timeoutMs: this.#deadlineMs }).all();
      if (documents.length !== listedIds.length) this.wrong.push(`a query gave ${String(documents.length)} entries`);
    });
  }

  async #retrieve(): Promise<void> {
    const asked = [{ repositoryUniqueId: '2.999.1', uniqueId: givenId }];
    await this.#ends('retrieve', async (given) => {
      // Documents are read under the signal.
      const signal = AbortSignal.any([given, AbortSignal.timeout(this.#deadlineMs)]);
      const { documents } = await this.#xds.retrieveDocuments(asked, { signal, timeoutMs: this.#deadlineMs });
      for await (const document of documents) {
        if (!this.#content.equals(await document.bytes())) this.wrong.push('a document is not the one that was sent');
      }
    });
  }

  /** One call, timed and judged. One in ten is given up by its caller. */
  async #ends(name: string, call: (signal: AbortSignal) => Promise<unknown>): Promise<TerrESanteError | null> {
    const giveUp = new AbortController();
    const isGivenUp = this.#random.below(10) === 0;
    const timer = isGivenUp ? setTimeout(() => giveUp.abort(), this.#random.below(30)) : undefined;
    const start = performance.now();
    const wentOff: { readonly at: number; readonly cpu: NodeJS.CpuUsage }[] = [];
    const bare = setTimeout(() => wentOff.push({ at: performance.now(), cpu: process.cpuUsage() }), this.#deadlineMs);

    const hung = Symbol('hung');
    let over: NodeJS.Timeout | undefined;
    const late = new Promise<typeof hung>((resolve) => (over = setTimeout(() => resolve(hung), hangMs)));
    const end: unknown = await Promise.race([call(giveUp.signal).then(() => null), late]).catch(
      (error: unknown) => error,
    );
    clearTimeout(timer);
    clearTimeout(over);
    clearTimeout(bare);
    const now = performance.now();
    this.longestOverMs = Math.max(this.longestOverMs, now - start - this.#deadlineMs);
    const [rang] = wentOff;
    if (rang && now - rang.at > this.longestAfterTimer.ms) {
      const { user, system } = process.cpuUsage(rang.cpu);
      this.longestAfterTimer = { ms: now - rang.at, cpuMs: (user + system) / 1e3 };
    }

    if (end === hung) this.wrong.push(`a ${name} did not end`);
    else if (end !== null && !isTerrESanteError(end))
      this.wrong.push(`a ${name} ended in an error of another kind: ${inspect(end)}`);
    const error = isTerrESanteError(end) ? end : null;
    const outcome = `${name}: ${error?.code ?? 'ok'}`;
    this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + 1;
    return error;
  }
}

/** A letter, built once: what is measured is the wire, not the making of documents. */
async function submissionOf(): Promise<Submission> {
  const letter = await buildLetter({
    patient: fictivePatient(),
    author: { professional: fictiveProfessional(), structure: fictiveStructure() },
    patientConsent: true,
    pdf: demoLetterPdf(),
  });
  return createSubmission([letter], { sourceId: '2.999.1.10' });
}

/** The same under identifiers of its own. */
function renamed({ submissionSet, documents, ...rest }: Submission, serial: number): Submission {
  return {
    ...rest,
    submissionSet: { ...submissionSet, uniqueId: `2.999.4.${String(serial)}` },
    documents: documents.map(({ document, entry }) => ({
      document,
      entry: { ...entry, uniqueId: `2.999.5.${String(serial)}` },
    })),
  };
}

interface FarSide {
  readonly port: number;
  end(): Promise<FarSideEnd>;
}

async function startFarSide(file: string, start: FarSideStart): Promise<FarSide> {
  const child = fork(file, { serialization: 'advanced' });
  const told = <T>(message: unknown): Promise<T> =>
    new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', () => reject(new Error('the far side ended')));
      child.send(message as object);
    });
  return { port: await told<number>(start), end: () => told<FarSideEnd>('end') };
}

/** The most files that are open at a time. */
class Watch {
  #most = 0;
  readonly #timer = setInterval(() => (this.#most = Math.max(this.#most, openFiles() ?? 0)), 10);

  end(): number {
    clearInterval(this.#timer);
    return this.#most;
  }
}

function openFiles(): number | null {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return null;
  }
}

async function settled(isSettled: () => boolean): Promise<void> {
  for (let turn = 0; turn < 200 && !isSettled(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 25));
}
