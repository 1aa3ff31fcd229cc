import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { pause } from '../../internal/wait.ts';
import type { ActAnswer, ActRequest, EhrDriver, KitPatient } from '../driver/model.ts';
import { checkedAnswer } from '../driver/answer.ts';
import type { FarSide } from '../far-side/far-side.ts';
import type { Scenario, Step } from '../scenario/model.ts';
import type { ActRecord } from '../verdict/observation.ts';

/** What a scenario is run with. */
export interface Stage {
  readonly run: string;
  readonly farSide: FarSide;
  readonly driver: EhrDriver;
  /** Those of the scenario, in its order. */
  readonly patients: readonly KitPatient[];
  /** Folder of the files that acts name. */
  readonly files: string;
  readonly limits: { readonly stepMs: number; readonly quietMs: number; readonly mailMs: number };
  readonly signal: AbortSignal;
}

/** The acts of a scenario and their answers, and what a later act needs of an earlier one. */
export class ScenarioRun {
  readonly acts: ActRecord[] = [];
  readonly #scenario: Scenario;
  readonly #stage: Stage;
  #deposit: unknown = null;
  #deposits = 0;

  constructor(scenario: Scenario, stage: Stage) {
    this.#scenario = scenario;
    this.#stage = stage;
  }

  /** Plays the steps, then lets a moment pass in which something late would come. */
  async play(): Promise<void> {
    const { farSide, limits, signal } = this.#stage;
    for (const step of this.#scenario.steps) {
      if (signal.aborted || this.#isOver()) break;
      await this.#step(step);
    }

    const needsQuiet = this.#scenario.assert.some(({ query }) => 'silent' in query || 'untouched' in query);
    if (needsQuiet) await pause(limits.quietMs, { signal });
    await farSide.settled();
  }

  /** A software that does not answer, or cannot do the act, is not asked for more. */
  #isOver(): boolean {
    const last = this.acts.at(-1);
    return last !== undefined && (last.answer === null || last.answer.outcome === 'unsupported');
  }

  async #step(step: Step): Promise<void> {
    const { farSide } = this.#stage;
    if ('act' in step) await this.#act(step);
    else if ('fault' in step) farSide.plan(step.fault);
    else if ('server' in step) await farSide.use(step.server);
    else if ('report' in step) await this.#report(step.report);
    else if ('reports' in step) farSide.answerByItself();
    else if ('clock' in step) farSide.moveClock(durationMs(step.clock));
    else if ('pauseMs' in step) await pause(step.pauseMs, { signal: this.#stage.signal });
    else await this.#await(step.await.mails, step.ms);
  }

  async #report(report: Extract<Step, { report: unknown }>['report']): Promise<void> {
    const { farSide } = this.#stage;
    await farSide.settled();
    const last = this.#mails().at(-1)?.mail;
    if (last) await farSide.report(report, last);
  }

  async #await(count: number, ms: number): Promise<void> {
    const { farSide, signal } = this.#stage;
    for (let left = ms; left > 0 && this.#mails().length < count && !signal.aborted; left -= 20) {
      await pause(20, { signal });
      await farSide.settled();
    }
  }

  #mails(): ReturnType<FarSide['journal']['mailsOf']> {
    const { farSide, patients } = this.#stage;
    return farSide.journal.mailsOf(this.#scenario.id, new Set(patients.map(({ key }) => key)));
  }

  async #act({ act, patient: place = 1, input = {}, unawaited }: Extract<Step, { act: unknown }>): Promise<void> {
    const { run, patients, files, limits, farSide } = this.#stage;
    const about = /^(?:patient|document|deposit)\./.test(act);
    const { file, ...others } = input;
    const request: ActRequest = {
      v: 1,
      run,
      scenario: this.#scenario.id,
      step: this.acts.length + 1,
      act,
      patient: about ? (patients[place - 1] ?? null) : null,
      input: {
        ...others,
        ...(typeof file === 'string' && { file: `${files}/${file}` }),
        ...((act === 'deposit.state' || act === 'document.replace') && { deposit: this.#deposit }),
      },
      deadlineMs: limits.stepMs,
    };

    const answer = await this.#ask(request);
    if (answer?.values?.['deposit'] !== undefined) this.#deposit = answer.values['deposit'];
    this.acts.push({ request, answer });

    const isTaken = answer?.outcome === 'done' || answer?.outcome === 'pending';
    if (isTaken && /^document\./.test(act)) {
      this.#deposits += 1;
      if (!unawaited) await this.#await(this.#deposits, limits.mailMs);
    }
    await farSide.settled();
  }

  /** @returns `null` when no answer came */
  async #ask(request: ActRequest): Promise<ActAnswer | null> {
    const { driver, signal } = this.#stage;
    const late = AbortSignal.any([signal, AbortSignal.timeout(request.deadlineMs)]);
    try {
      const work = driver.act(request, late);
      return checkedAnswer(await unlessLate(work, late));
    } catch (error) {
      if (isTerrESanteError(error)) return null;
      // What a driver throws is a failure that the user saw.
      return { outcome: 'failed', shown: undefined, code: undefined, values: undefined };
    }
  }
}

async function unlessLate<T>(work: Promise<T>, late: AbortSignal): Promise<T> {
  work.catch(() => undefined);
  return new Promise<T>((resolve, reject) => {
    const leave = (): void => reject(new TerrESanteError('TE_TIMEOUT', "Le logiciel n'a pas répondu à temps."));
    if (late.aborted) leave();
    late.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => late.removeEventListener('abort', leave));
  });
}

const units = { D: 86_400_000, H: 3_600_000, M: 60_000, S: 1_000 } as const;

/** `P3D`, `PT2H`: one unit. */
export function durationMs(text: string): number {
  const { count, unit } = /^(?<sign>)P(?:T(?=\d+[HMS]))?(?<count>\d+)(?<unit>[DHMS])$/.exec(text)?.groups ?? {};
  return Number(count ?? 0) * units[(unit ?? 'S') as keyof typeof units];
}
