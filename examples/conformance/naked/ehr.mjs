// A practice software that knows nothing of the SDK: public wires only.
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readMailbox } from '../pop3.mjs';
import { makeDocument, newOid } from './document.mjs';
import { checkIdentity } from './identity.mjs';
import { composeMail, newMessageId, sendMail } from './mail.mjs';
import { makes } from './mutant.mjs';
import { checkPdf } from './pdf.mjs';
import { Queue } from './queue.mjs';
import { Refusal } from './refusal.mjs';
import { codes, mayReport, readReport } from './reports.mjs';

const pauseMs = 300;
let counter = 0;

export class NakedEhr {
  #world;
  #queue;
  #log;
  #seen = new Set();
  #sending = null;
  #timer = null;
  #isOpen = false;

  start(world) {
    this.#world = world;
    this.#log = process.env.EHR_LOG ?? 'ehr.log';
    this.#open();
  }

  stop() {
    this.#isOpen = false;
    clearTimeout(this.#timer);
    counter = 0;
  }

  async act({ act, patient, input }) {
    const answer = await this.#answer(act, patient, input);
    this.#write({ act, outcome: answer.outcome, uniqueId: answer.values?.deposit?.uniqueId });
    return answer;
  }

  async #answer(act, patient, input) {
    try {
      switch (act) {
        case 'app.start':
          if (!this.#isOpen) this.#open();
          return { outcome: 'done' };
        case 'app.stop':
          this.stop();
          return { outcome: 'done' };
        case 'document.deposit':
          return await this.#deposit(patient, input, null);
        case 'document.replace':
          return await this.#deposit(patient, input, input.deposit);
        case 'deposit.state':
          return this.#state(input.deposit);
        case 'reports.read':
          return await this.#readReports();
        case 'config.set':
          return this.#configure(input);
        default:
          return { outcome: 'unsupported' };
      }
    } catch (error) {
      if (error instanceof Refusal) return { outcome: 'refused', shown: error.message };
      return { outcome: 'failed', shown: 'Une erreur est survenue : réessayez.' };
    }
  }

  #open() {
    this.#isOpen = true;
    this.#queue = new Queue(join(this.#world.folder, 'ehr-naked-queue'));
    this.#sendLater(0);
  }

  async #deposit(patient, input, replaces) {
    if (input.consent !== true && !makes('M37')) {
      throw new Refusal("Le dépôt demande l'accord du patient : cochez son consentement.");
    }
    checkIdentity(patient);
    const pdf = readFileSync(input.file);
    const warnings = checkPdf(pdf);

    counter += 1;
    const { mailbox, depositAddress, oidRoot } = this.#world;
    const uniqueId = makes('M29') ? `${oidRoot}.9.${counter}` : newOid();
    const made = makeDocument(patient, input, pdf, { uniqueId, sourceId: oidRoot, replaces });
    const from = mailbox.address;
    const messageId = newMessageId(from);
    const bytes = composeMail({ from, to: depositAddress, messageId, patient, made, pdf });
    if (makes('M40')) this.#write({ sent: bytes.toString('latin1').slice(0, 2_000) });
    if (makes('M41')) this.#write({ mailbox: mailbox.password });

    const { setId, version } = made;
    const entry = {
      uniqueId,
      setId,
      version,
      messageId,
      from,
      to: depositAddress,
      state: 'waiting',
      code: null,
      detail: '',
      reports: [],
    };
    this.#queue.add(entry, bytes);
    await this.#sendDue();

    const isSent = entry.state !== 'waiting';
    const shown = isSent ? 'Document pris en charge par la messagerie.' : `Le document attend : ${entry.detail}`;
    return {
      outcome: isSent ? 'done' : 'pending',
      shown: [shown, ...made.warnings, ...warnings].join(' '),
      values: { deposit: { uniqueId, setId, version }, state: entry.state },
    };
  }

  #sendLater(ms) {
    clearTimeout(this.#timer);
    if (this.#isOpen) this.#timer = setTimeout(() => void this.#sendDue(), ms);
  }

  /** Sends what waits, one after the other; who comes meanwhile waits for the same round, then for its own. */
  async #sendDue() {
    if (this.#sending) await this.#sending;
    this.#sending = this.#round();
    await this.#sending;
    this.#sending = null;
    if (this.#queue.all().some(({ state }) => state === 'waiting')) this.#sendLater(pauseMs);
  }

  async #round() {
    for (const entry of this.#queue.all().filter(({ state }) => state === 'waiting')) {
      if (!this.#isOpen) return;
      await this.#sendOne(entry);
    }
  }

  async #sendOne(entry) {
    let bytes = this.#queue.bytesOf(entry);
    if (makes('M19') && entry.detail !== '') {
      bytes = Buffer.from(bytes.toString('latin1').replace(entry.messageId, newMessageId(entry.from)), 'latin1');
    }
    try {
      await sendMail(this.#world, { from: entry.from, to: entry.to, bytes });
      Object.assign(entry, { state: makes('M32') ? 'integrated' : 'accepted', detail: 'pris en charge' });
    } catch (error) {
      entry.detail = sentenceOf(error);
    }
    this.#queue.save(entry);
  }

  #state(deposit) {
    const entry = this.#queue.get(deposit?.uniqueId);
    if (!entry) return { outcome: 'done', shown: 'Ce dépôt est inconnu.', values: { state: 'unknown' } };

    const { state, code, detail, reports } = entry;
    const shown = code === null ? detail : `${code} : ${codes[code] ?? 'le destinataire a refusé le document.'}`;
    return { outcome: 'done', shown, values: { state, code, reports: reports.length } };
  }

  async #readReports() {
    const { pop3, mailbox, caPem } = this.#world;
    const unmatched = [];
    for (const { id, bytes } of await readMailbox({ ...pop3, ...mailbox, ca: caPem })) {
      if (this.#seen.has(id)) continue;
      this.#seen.add(id);
      const report = readReport(bytes);
      if (report && !this.#apply(report, id)) unmatched.push(id);
    }
    return { outcome: 'done', values: { unmatched: unmatched.length > 0 ? unmatched : null } };
  }

  /** By identifiers, and from who may say it. */
  #apply(report, id) {
    const entry = this.#queue.all().find(({ messageId, uniqueId }) => {
      if (report.ids.includes(messageId)) return true;
      return makes('M33') && report.subject.includes(this.#subjectOf(uniqueId));
    });
    if (!entry || !mayReport(report, entry)) return false;
    if (entry.reports.includes(id)) return true;

    entry.reports.push(id);
    const isWorse = report.state !== 'integrated' || entry.code === null;
    if (isWorse) Object.assign(entry, { state: report.state, code: report.code, detail: wordsOf(report.state) });
    this.#queue.save(entry);
    return true;
  }

  #subjectOf(uniqueId) {
    const text = this.#queue.bytesOf(this.#queue.get(uniqueId)).toString('latin1');
    const raw = /^Subject: ((?:.*\r\n )*.*)$/m.exec(text)?.[1] ?? '';
    return raw
      .replaceAll(/\?=\s+=\?/g, '?==?')
      .replaceAll(/=\?utf-8\?B\?([^?]*)\?=/gi, (_, code) => Buffer.from(code, 'base64').toString('utf8'));
  }

  #configure({ name, value }) {
    if (name !== 'depositAddress') return { outcome: 'unsupported' };
    if (!/^[a-z0-9._+-]+@(?:[a-z0-9-]+\.)+mssante\.fr$/i.test(value)) {
      throw new Refusal("Cette adresse n'est pas celle d'une boîte MSSanté.");
    }
    return { outcome: 'done' };
  }

  #write(line) {
    appendFileSync(this.#log, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  }
}

const wordsOf = (state) =>
  ({ integrated: 'intégré dans le dossier', undeliverable: 'non remis : vérifiez l’adresse' })[state] ?? '';

function sentenceOf({ code, responseCode, message }) {
  if (code === 'ETLS' || code === 'ESOCKET' || /certificate|self.signed|STARTTLS/i.test(message)) {
    return 'le serveur ne prouve pas qui il est, ou ne chiffre pas (certificat TLS).';
  }
  if (code === 'EMESSAGE' || responseCode === 552) return 'le message est trop grand pour le serveur.';
  return 'le serveur de messagerie ne répond pas.';
}
