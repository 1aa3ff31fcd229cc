import { randomBytes } from 'node:crypto';
import { sha256Hex } from '../../internal/bytes.ts';
import { isoUtc } from '../../internal/hl7-time.ts';
import type { Runtime } from '../../internal/runtime.ts';
import { simulatorDescriptor } from '../../platform/index.ts';
import { IntakeQueue } from '../../simulator/intake/queue.ts';
import { PortFront } from '../../simulator/mail/front.ts';
import type { MailFaultAction, MailFaultPoint, MailServer, MailServerOptions } from '../../simulator/mail/model.ts';
import { Pop3Server } from '../../simulator/mail/pop3.ts';
import { createMailServer } from '../../simulator/mail/server.ts';
import { PlatformState } from '../../simulator/state/state.ts';
import { createTestHierarchy, type TestHierarchy } from '../../testing/index.ts';
import type { KitPatient } from '../driver/model.ts';
import type { MailFault, ReportStep, ServerVariant } from '../scenario/model.ts';
import { decodeMail, type DecodedMail } from './decode.ts';
import { Journal } from './journal.ts';
import { composeReport, type Answerable } from './reports.ts';

/** What a far side is made of. */
export interface FarSideOptions {
  readonly seed: number;
  readonly patients: readonly KitPatient[];
  /** Keys of those who have a dossier. */
  readonly withDossier: ReadonlySet<string>;
  /** National identifier of who deposits. */
  readonly professional: string;
  readonly hierarchy?: TestHierarchy | undefined;
}

/** Names in the certificates of the two servers. */
export const serverNames = { smtp: 'smtp.simulateur.mssante.fr', pop3: 'pop.simulateur.mssante.fr' } as const;

export const senderMailbox = 'elodie.fictif@cabinet.simulateur.mssante.fr';

const usualLimit = 15_728_640;
const smallLimit = 20_000;

/** Identifiers that the seed decides. */
function seededIds(seed: number): Runtime['ids'] {
  let count = 0;
  return {
    uuid: () => {
      count += 1;
      const hex = sha256Hex(Buffer.from(`${seed} ${count}`));
      return [
        hex.slice(0, 8),
        hex.slice(8, 12),
        `4${hex.slice(13, 16)}`,
        `8${hex.slice(17, 20)}`,
        hex.slice(20, 32),
      ].join('-');
    },
  };
}

/**
 * What a software meets that deposits by mail: servers that take, disturb and answer, dossiers, a
 * mailbox, a clock that moves. Everything on 127.0.0.1, in this process, with fictive people.
 */
export class FarSide {
  readonly journal: Journal;
  readonly depositAddress = simulatorDescriptor.mssante.mailbox.value;
  readonly password = randomBytes(12).toString('hex');
  readonly hierarchy: TestHierarchy;
  readonly #options: FarSideOptions;
  readonly #runtime: Runtime;
  readonly #state: PlatformState;
  readonly #queue: IntakeQueue;
  readonly #front: PortFront;
  readonly #pop3: Pop3Server;
  readonly #servers = new Map<ServerVariant, MailServer>();
  readonly #faults: (MailFault & { left: number })[] = [];
  readonly #inbox: Uint8Array[] = [];
  readonly #received = new Map<DecodedMail, Answerable>();
  #decoding: Promise<unknown> = Promise.resolve();
  #shift = 0;
  #platformReports = false;
  #lastReport: Uint8Array | null = null;

  constructor(options: FarSideOptions, hierarchy: TestHierarchy) {
    this.#options = options;
    this.hierarchy = hierarchy;
    this.#runtime = { clock: { now: () => Date.now() + this.#shift }, ids: seededIds(options.seed) };
    this.journal = new Journal(() => isoUtc(this.#runtime.clock.now()));
    this.#state = new PlatformState(this.#runtime, simulatorDescriptor.identity.regionalOid.value ?? '2.999.1.1');
    this.#queue = new IntakeQueue(
      {
        state: this.#state,
        runtime: this.#runtime,
        depositAddress: this.depositAddress,
        maxMessageBytes: usualLimit,
        requireIns: false,
        rejection: () => undefined,
        loseReport: () => !this.#platformReports,
        deliver: ({ bytes }) => this.#inbox.push(bytes),
      },
      0,
    );

    this.#front = new PortFront(() => void this.journal.add({ wire: 'smtp', event: 'connect' }));
    const { chainPem, keyPem } = hierarchy.server(serverNames.pop3);
    this.#pop3 = new Pop3Server({
      certPem: chainPem,
      keyPem,
      accounts: [{ user: senderMailbox, password: this.password, mails: () => this.#inbox }],
      onFetch: () => void this.journal.add({ wire: 'pop3', event: 'fetch' }),
    });
  }

  static async start(options: FarSideOptions): Promise<FarSide> {
    const farSide = new FarSide(options, options.hierarchy ?? (await createTestHierarchy()));
    for (const { key, localId, traits, ins } of options.patients) {
      if (!localId || !options.withDossier.has(key)) continue;
      const members = [options.professional];
      farSide.#state.create({ localId, traits, ins: ins ?? null, sharing: 'shared', members, state: 'open' });
    }

    await farSide.#front.listen();
    await farSide.#pop3.listen();
    await farSide.use('usual');
    return farSide;
  }

  get smtpPort(): number {
    return this.#front.port;
  }

  get pop3Port(): number {
    return this.#pop3.port;
  }

  /** The next connections meet another mail server; those that are open are cut. */
  async use(variant: ServerVariant): Promise<void> {
    if (variant === 'away') {
      this.#front.use(null);
    } else {
      const server = this.#servers.get(variant) ?? (await this.#open(variant));
      this.#servers.set(variant, server);
      this.#front.use(server.port);
    }
    this.#front.cut();
  }

  plan(fault: MailFault): void {
    this.#faults.push({ ...fault, left: fault.times ?? 1 });
  }

  /** From now on the far side answers each deposit by itself, as a platform does. */
  answerByItself(): void {
    this.#platformReports = true;
  }

  /** Moves the clock of the far side; the one of the software stays. */
  moveClock(ms: number): void {
    this.#shift += ms;
  }

  /** What a scenario changed is as before. */
  async restore(): Promise<void> {
    this.#faults.length = 0;
    this.#platformReports = false;
    await this.use('usual');
  }

  /** Leaves a report about a message in the mailbox of its sender. */
  async report(step: ReportStep, mail: DecodedMail): Promise<void> {
    const to = this.#received.get(mail);
    if (!to) return;

    const isCopy = step.again === true && this.#lastReport !== null;
    const bytes = isCopy && this.#lastReport ? this.#lastReport : await composeReport(step, to, this.#runtime);
    this.#lastReport = bytes;
    this.#inbox.push(bytes);
  }

  /** Documents in the dossiers of these patients, oldest first. */
  filed(keys: ReadonlySet<string>): number {
    const dossiers = new Set(
      this.#options.patients
        .filter(({ key }) => keys.has(key))
        .flatMap(({ localId }) => (localId && this.#state.byLocalId(localId)) ?? []),
    );
    return [...dossiers].reduce((total, { documents }) => total + documents.length, 0);
  }

  /** Waits until what was received is read and taken in. */
  async settled(): Promise<void> {
    await this.#decoding;
    await this.#queue.settled();
  }

  async close(): Promise<void> {
    await this.#front.close();
    await Promise.all([this.#pop3.close(), ...[...this.#servers.values()].map((server) => server.close())]);
    await this.#queue.close();
  }

  async #open(variant: Exclude<ServerVariant, 'away'>): Promise<MailServer> {
    return createMailServer({
      ...(await this.#settings(variant)),
      recipient: (address) =>
        address.toLowerCase() === this.depositAddress ? null : { code: 550, text: '5.1.1 Mailbox unknown' },
      fault: (at) => this.#passage(at),
      onMessage: (mail) => this.#take(mail),
    });
  }

  async #settings(variant: Exclude<ServerVariant, 'away'>): Promise<MailServerOptions> {
    const { smtp } = serverNames;
    const day = 86_400_000;
    const { caPem } = this.hierarchy;
    const tls = (hierarchy: TestHierarchy, name: string, notAfter?: number): MailServerOptions['tls'] => {
      const { chainPem, keyPem } = hierarchy.server(name, { notAfter });
      return { certPem: chainPem, keyPem, caPem, clientCertificate: 'optional' };
    };
    const usual = tls(this.hierarchy, smtp);

    switch (variant) {
      case 'unknown-authority':
        return { tls: tls(await createTestHierarchy(), smtp) };
      case 'wrong-name':
        return { tls: tls(this.hierarchy, 'autre.simulateur.mssante.fr') };
      case 'expired':
        return { tls: tls(this.hierarchy, smtp, Date.now() - day) };
      case 'no-starttls':
        return { tls: usual, startTls: false, takesPlain: true };
      case 'certificate-asked':
        return { tls: { ...usual, clientCertificate: 'required' } };
      case 'small':
        return { tls: usual, maxMessageBytes: smallLimit };
      case 'usual':
      case 'old-tls':
        return { tls: usual, maxMessageBytes: usualLimit };
    }
  }

  /** Each step of each dialogue: written down, then disturbed when a fault is planned there. */
  #passage(at: MailFaultPoint): MailFaultAction | undefined {
    if (at !== 'connect') this.journal.add({ wire: 'smtp', event: at });
    const fault = this.#faults.find((planned) => planned.at === at);
    if (!fault) return undefined;

    fault.left -= 1;
    if (fault.left <= 0) this.#faults.splice(this.#faults.indexOf(fault), 1);
    if (fault.do === 'reply') return { reply: fault.reply ?? { code: 451, text: '4.3.0 Try again later' } };
    return fault.do === 'keep-and-close' ? { cut: 'close', keep: true } : { cut: fault.do };
  }

  async #take(mail: Answerable['mail']): Promise<void> {
    const { scenario } = this.journal;
    const work = decodeMail(mail).then((decoded) => {
      this.#received.set(decoded, { mail, decoded });
      this.journal.add({
        wire: 'smtp',
        event: 'message',
        scenario,
        patients: this.#patientsIn(decoded),
        mail: decoded,
      });
    });
    this.#decoding = Promise.all([this.#decoding, work]);
    await work;
    this.#queue.add(mail);
  }

  /** Whom a message is about: by the identifiers of its header, then by what its text names. */
  #patientsIn({ documents, text }: DecodedMail): readonly string[] {
    const ids = new Set(
      documents.flatMap(({ cda }) => cda?.patientIds ?? []).map(({ system, value }) => `${system} ${value}`),
    );
    const named = this.#options.patients.filter(
      ({ localId, ins }) =>
        (localId && ids.has(`${localId.system} ${localId.value}`)) || (ins && ids.has(`${ins.oid} ${ins.value}`)),
    );
    if (named.length > 0) return named.map(({ key }) => key);

    return this.#options.patients
      .filter(({ localId, traits: { birthName } }) =>
        [localId?.value, birthName].some((word) => word !== undefined && word.length > 5 && text.includes(word)),
      )
      .map(({ key }) => key);
  }
}
