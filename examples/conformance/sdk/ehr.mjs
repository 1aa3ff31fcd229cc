// A practice software on the SDK, as the kit asks it for gestures: the composition is the one of a real software.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from 'terr-esante-sdk';
import { createPkcs12Provider } from 'terr-esante-sdk/auth';
import { checkConfig, simulatorDescriptor } from 'terr-esante-sdk/platform';
import { fictiveConfig } from 'terr-esante-sdk/simulator';
import { parseReport } from 'terr-esante-sdk/transport';
import { readMailbox } from '../pop3.mjs';
import { Journal } from './journal.mjs';

/** Deposits by mail only: nothing else of the platform is asked. */
const descriptor = {
  ...simulatorDescriptor,
  bindings: { 'documents.deposit': simulatorDescriptor.bindings['documents.deposit'] },
};

/** The words of the kit for what a receipt says. */
const states = {
  queued: 'waiting',
  sending: 'waiting',
  accepted: 'accepted',
  delayed: 'delayed',
  delivered: 'delivered',
  processed: 'integrated',
  visible: 'visible',
  rejected: 'rejected',
  undeliverable: 'undeliverable',
  expired: 'failed',
};

const kinds = { letter: 'depositLetter', prescription: 'depositPrescription', report: 'depositReport' };

/** @typedef {import('terr-esante-sdk/conformance').KitWorld} KitWorld */

export class SdkEhr {
  #world;
  #client = null;
  #journal;
  #seen = new Set();

  /** @param {KitWorld} world */
  async start(world) {
    this.#world = world;
    this.#journal ??= new Journal(process.env.EHR_LOG ?? 'ehr.log');
    await this.#open();
  }

  async stop() {
    const client = this.#client;
    this.#client = null;
    await client?.close();
  }

  async act({ act, patient, input }) {
    switch (act) {
      case 'app.start':
        if (!this.#client) await this.#open();
        return { outcome: 'done' };
      case 'app.stop':
        await this.stop();
        return { outcome: 'done' };
      case 'document.deposit':
      case 'document.replace':
        return this.#told(act, () => this.#deposit(act, patient, input));
      case 'deposit.state':
        return this.#told(act, () => this.#state(input));
      case 'reports.read':
        return this.#told(act, () => this.#readReports());
      case 'config.set':
        return this.#told(act, async () => this.#configure(input));
      default:
        return { outcome: 'unsupported' };
    }
  }

  /** What the user reads of a failure is the sentence of the error. */
  async #told(act, work) {
    try {
      const answer = await work();
      this.#journal.write(act, answer.outcome, answer.values?.deposit);
      return answer;
    } catch (error) {
      const isRefusal = error.code !== undefined && error.retryable !== true;
      const findings = (error.findings ?? []).map(({ message }) => message);
      const shown = [error.message, ...findings].join(' ');
      this.#journal.write(act, error.code ?? 'failed');
      return { outcome: isRefusal ? 'refused' : 'failed', shown, code: error.code };
    }
  }

  async #open() {
    const { folder, smtp, caPem, card, structureCertificate, depositAddress } = this.#world;
    const { host, port, serverName } = smtp;
    const { pfx, password } = card;

    this.#client = createClient(fictiveConfig({ httpUrl: 'https://127.0.0.1:9', depositAddress }), {
      auth: await createPkcs12Provider({ pfx, password }),
      descriptor,
      tls: { ca: caPem },
      outbox: {
        store: { folder: join(folder, 'ehr-sdk-spool'), key: createHash('sha256').update(card.password).digest() },
        server: { host, port, serverName, caPem },
        credentials: { certificate: structureCertificate },
        retry: { firstDelayMs: 200, longestDelayMs: 1_000 },
        onError: (error) => this.#journal.write('send', error.code),
      },
    });
    await this.#client.outbox.start();
  }

  async #deposit(act, patient, input) {
    const { kind, file, consent, title, type, masks = [], at, deposit } = input;
    const replaces = act === 'document.replace' ? deposit : undefined;
    const { key: _key, ...person } = patient;
    const document = {
      pdf: new Uint8Array(await readFile(file)),
      patientConsent: consent === true,
      ...(title !== undefined && { title }),
      ...(type !== undefined && { type }),
      ...(at !== undefined && { effectiveTime: at }),
      ...(masks.includes('MASQUE_PS') && { visibility: { hiddenFromProfessionals: true } }),
      setId: replaces?.setId ?? this.#newOid(),
      ...(replaces && { replaces }),
    };

    const receipt = await this.#client.documents[kinds[kind]](person, document);
    const state = states[receipt.state];
    const findings = receipt.findings.map(({ message, expected }) => `${message} ${expected ?? ''}`);
    const told = [receipt.problem?.reason ?? receipt.recipients[0]?.detail ?? '', ...findings].join(' ');
    return {
      outcome: state === 'waiting' ? 'pending' : state === 'accepted' ? 'done' : 'failed',
      shown: told.trim(),
      values: {
        deposit: {
          uniqueId: receipt.uniqueId,
          setId: document.setId,
          versionNumber: replaces ? replaces.versionNumber + 1 : 1,
        },
        state,
      },
    };
  }

  async #state({ deposit }) {
    const receipt = await this.#client.outbox.status(deposit?.uniqueId ?? '');
    if (!receipt) return { outcome: 'done', values: { state: 'unknown' } };

    const { rejection, problem, recipients } = receipt;
    return {
      outcome: 'done',
      shown: rejection ? `${rejection.code ?? ''} ${rejection.text}` : (problem?.reason ?? recipients[0]?.detail ?? ''),
      values: {
        state: states[receipt.state],
        code: rejection?.code ?? recipients[0]?.code ?? null,
        reports: (receipt.evidence ?? []).filter(({ source }) => source !== 'submission').length,
      },
    };
  }

  /** Every message once: what is a report is tied to its deposit, what is none stays unread. */
  async #readReports() {
    const { pop3, mailbox, caPem } = this.#world;
    const mails = await readMailbox({ ...pop3, ...mailbox, ca: caPem });

    let applied = 0;
    const unmatched = [];
    for (const { id, bytes } of mails.filter((mail) => !this.#seen.has(mail.id))) {
      this.#seen.add(id);
      const report = await parseReport(bytes);
      if (!report) continue;
      const outcome = await this.#client.outbox.applyReport(report);
      if (outcome === 'applied') applied += 1;
      else if (outcome !== 'known') unmatched.push(id);
    }
    return { outcome: 'done', values: { applied, unmatched: unmatched.length > 0 ? unmatched : null } };
  }

  #configure({ name, value }) {
    if (name !== 'depositAddress') return { outcome: 'unsupported' };
    const report = checkConfig(fictiveConfig({ httpUrl: 'https://127.0.0.1:9', depositAddress: String(value) }));
    const wrong = report.findings.find(({ severity }) => severity === 'error');
    return wrong ? { outcome: 'refused', shown: wrong.message, code: wrong.rule } : { outcome: 'done' };
  }

  #newOid() {
    return `2.25.${BigInt(`0x${crypto.randomUUID().replaceAll('-', '')}`)}`;
  }
}
