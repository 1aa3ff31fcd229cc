import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { TerrESanteError } from '../../errors.ts';
import { Alarm } from '../../internal/wait.ts';
import { checkedAnswer, unusableAnswer } from './answer.ts';
import type { ActAnswer, ActRequest, EhrDriver, KitWorld } from './model.ts';

/** Options of {@link CommandDriver}. */
export interface CommandOptions {
  /** Program and its words. */
  readonly run: readonly [string, ...string[]];
  /** @defaultValue that of this process */
  readonly cwd?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** Longest answer, in characters. */
const maxLine = 4_000_000;

interface Waiting {
  readonly resolve: (answer: ActAnswer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One process that is kept: a request is a line of JSON on its input, an answer a line of JSON on
 * its output. Any language can do it. The folder of the world is in the variable `KIT_WORLD`.
 */
export class CommandDriver implements EhrDriver {
  readonly #options: CommandOptions;
  #world: KitWorld | null = null;
  #child: ChildProcessByStdio<Writable, Readable, null> | null = null;
  #exited: Promise<void> = Promise.resolve();
  #waiting: Waiting | null = null;
  #buffer = '';

  constructor(options: CommandOptions) {
    this.#options = options;
  }

  async start(world: KitWorld): Promise<void> {
    this.#world = world;
    this.#spawn();
  }

  async act(request: ActRequest, signal: AbortSignal): Promise<ActAnswer> {
    // The power goes: that is done to the software, not asked of it.
    if (request.act === 'app.kill') return this.#kill();
    if (request.act === 'app.start' && this.#child === null) {
      this.#spawn();
      return { outcome: 'done' };
    }
    return this.#ask(request, signal);
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (!child) return;

    child.stdin.end();
    const alarm = new Alarm();
    alarm.set(2_000, () => child.kill('SIGKILL'));
    await this.#exited;
    alarm.off();
  }

  async #kill(): Promise<ActAnswer> {
    this.#child?.kill('SIGKILL');
    await this.#exited;
    return { outcome: 'done' };
  }

  #spawn(): void {
    const { run, cwd, env } = this.#options;
    const [program, ...words] = run;
    const child = spawn(program, words, {
      cwd,
      env: { ...process.env, ...env, KIT_WORLD: this.#world?.folder ?? '' },
      // What the software says of its own failure is for the person who runs the kit.
      stdio: ['pipe', 'pipe', 'inherit'],
    });

    this.#child = child;
    this.#buffer = '';
    child.stdin.on('error', () => undefined);
    child.stdout.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    this.#exited = new Promise((resolve) => {
      const over = (): void => {
        this.#child = null;
        this.#waiting?.reject(ended());
        this.#waiting = null;
        resolve();
      };
      child.on('error', over);
      child.on('close', over);
    });
  }

  #ask(request: ActRequest, signal: AbortSignal): Promise<ActAnswer> {
    const child = this.#child;
    if (!child) throw ended();

    return new Promise<ActAnswer>((resolve, reject) => {
      const leave = (): void => {
        this.#waiting = null;
        reject(new TerrESanteError('TE_TIMEOUT', "Le logiciel n'a pas répondu à temps."));
      };
      signal.addEventListener('abort', leave, { once: true });

      const settled = (): void => signal.removeEventListener('abort', leave);
      this.#waiting = {
        resolve: (answer) => {
          settled();
          resolve(answer);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      };
      child.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }

  /** A line that is no JSON object is what programs print, and no answer. */
  #read(text: string): void {
    this.#buffer += text;
    for (let end = this.#buffer.indexOf('\n'); end >= 0; end = this.#buffer.indexOf('\n')) {
      const line = this.#buffer.slice(0, end).trim();
      this.#buffer = this.#buffer.slice(end + 1);
      if (line.startsWith('{')) this.#take(line);
    }
    if (this.#buffer.length > maxLine) this.#child?.kill('SIGKILL');
  }

  #take(line: string): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    try {
      waiting?.resolve(checkedAnswer(JSON.parse(line)));
    } catch {
      waiting?.reject(unusableAnswer());
    }
  }
}

const ended = (): TerrESanteError => new TerrESanteError('TE_CLOSED', "Le logiciel s'est arrêté.");
