import { setTimeout as delay } from 'node:timers/promises';

import type { FetchMessageObject, ImapFlow, ImapFlowOptions } from 'imapflow';

import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { cancelled, throwIfAborted, type CallOptions } from '../../internal/abort.ts';
import { collect } from '../../internal/bytes.ts';
import type { MailReport } from '../receipt/report.ts';
import { parseMssAddress } from './address.ts';
import type { MailServerAddress, MssCredentials } from './credentials.ts';
import { readMail, type MailHead, type MailLimits } from './mail-reader.ts';
import { mapParts } from './mailbox-structure.ts';
import { reportOf } from './report.ts';
import { tlsOptions } from './smtp.ts';
import { readSubject } from './subject.ts';

/** How a mailbox is read. @group Mail reading */
export interface MailboxOptions {
  readonly server: MailServerAddress;
  readonly credentials: MssCredentials;
  /** @defaultValue `'INBOX'` */
  readonly folder?: string | undefined;
  readonly limits?: MailLimits | undefined;
  /** @defaultValue `20_000` */
  readonly connectTimeoutMs?: number | undefined;
}

/** One message of a mailbox. Its parts are downloaded when asked for. @group Mail reading */
export interface MailboxItem {
  /** Where to resume: store it once the item is dealt with. */
  readonly cursor: string;
  /** `unreadable`: above a limit, or malformed; it is left where it is. */
  readonly kind: 'report' | 'deposit' | 'other' | 'unreadable';
  readonly report: MailReport | null;
  readonly messageId: string | null;
  readonly from: { readonly name: string; readonly address: string } | null;
  readonly byteLength: number;
  /** The `IHE_XDM.zip`, for `readXdm`; `null` without one. Only inside the loop that gave the item. */
  archive(options?: { readonly maxBytes?: number | undefined }): Promise<Uint8Array | null>;
}

/** Options of {@link Mailbox.read}. @group Mail reading */
export interface MailboxReadOptions extends CallOptions {
  /** Cursor of the last item dealt with. @defaultValue the beginning */
  readonly after?: string | undefined;
}

/** A mailbox read over IMAP. No message is removed unless asked. @group Mail reading */
export interface Mailbox {
  /** What is there now, oldest first. */
  read(options?: MailboxReadOptions): AsyncGenerator<MailboxItem, void, undefined>;
  /** The same, then waits for what comes (IDLE) until the signal fires. Reconnects by itself. */
  watch(options: MailboxReadOptions & { readonly signal: AbortSignal }): AsyncGenerator<MailboxItem, void, undefined>;
  /** Removes one message for good. */
  remove(cursor: string): Promise<void>;
  /** Connects, encrypts, authenticates and opens the folder. */
  verify(options?: CallOptions): Promise<void>;
  close(): Promise<void>;
}

/** A server may say nothing for 29 minutes (RFC 2177); the wait is renewed before. */
const idleMs = 25 * 60_000;
const partBytes = 256 * 1_024;

/**
 * Opens nothing yet: each call connects when it must, over STARTTLS and with the given authorities only. Reports are read
 * part by part: of an embedded original, the headers alone are fetched.
 *
 * @throws TerrESanteError from the calls: `TE_TLS`, `TE_CLIENT_CERT`, `TE_AUTHN_REJECTED`, `TE_UNAVAILABLE`, and
 *   `TE_UNSUPPORTED` when the mailbox has neither token nor password.
 *
 * @see RFC 9051, RFC 2177
 * @group Mail reading
 */
export function createMailbox(options: MailboxOptions): Mailbox {
  const { folder = 'INBOX', limits = {} } = options;
  let client: ImapFlow | null = null;
  let closed = false;

  const connected = async (): Promise<ImapFlow> => {
    if (closed) throw new TerrESanteError('TE_CLOSED', 'La boîte aux lettres est fermée.');
    if (client?.usable) return client;
    client = await connect(options);
    return client;
  };

  async function* read({ after, signal }: MailboxReadOptions = {}): AsyncGenerator<MailboxItem, void, undefined> {
    throwIfAborted(signal);
    const imap = await connected();
    const lock = await imap.getMailboxLock(folder).catch((error: unknown) => {
      throw imapError(error);
    });
    try {
      const validity = String(imap.mailbox ? imap.mailbox.uidValidity : '0');
      const [knownValidity, lastUid] = (after ?? '').split(':');
      // Another validity means other numbers: everything is read again, and known reports change nothing.
      const last = knownValidity === validity ? Number(lastUid) : 0;
      const found = await imap.search({ uid: `${String(last + 1)}:*` }, { uid: true });
      // `n:*` also gives the last message when it is older.
      const uids = (found || []).filter((uid) => uid > last).sort((a, b) => a - b);
      for (const uid of uids) {
        throwIfAborted(signal);
        yield await readItem(imap, uid, `${validity}:${String(uid)}`, limits);
      }
    } catch (error) {
      throw imapError(error);
    } finally {
      lock.release();
    }
  }

  async function* watch({
    after,
    signal,
  }: MailboxReadOptions & { readonly signal: AbortSignal }): AsyncGenerator<MailboxItem, void, undefined> {
    let cursor = after;
    for (let failures = 0; ;) {
      try {
        for await (const item of read({ after: cursor, signal })) {
          yield item;
          cursor = item.cursor;
        }
        failures = 0;
        await newMail(await connected(), folder, signal);
      } catch (error) {
        if (signal.aborted) throw cancelled(signal);
        if (!isTerrESanteError(error) || !error.retryable) throw error;
        failures += 1;
        await pause(Math.min(60_000, 500 * 2 ** failures), signal);
      }
      if (signal.aborted) throw cancelled(signal);
    }
  }

  return {
    read,
    watch,
    async remove(cursor) {
      const [validity, uid] = cursor.split(':');
      const imap = await connected();
      const lock = await imap.getMailboxLock(folder);
      try {
        if (!imap.mailbox || String(imap.mailbox.uidValidity) !== validity || uid === undefined)
          throw new TerrESanteError('TE_NOT_FOUND', 'Ce message ne peut plus être désigné ainsi.');
        await imap.messageDelete(uid, { uid: true });
      } catch (error) {
        throw imapError(error);
      } finally {
        lock.release();
      }
    },
    async verify({ signal } = {}) {
      throwIfAborted(signal);
      const imap = await connected();
      const lock = await imap.getMailboxLock(folder).catch((error: unknown) => {
        throw imapError(error);
      });
      lock.release();
    },
    async close() {
      closed = true;
      const opened = client;
      client = null;
      await opened?.logout().catch(() => opened.close());
    },
  };
}

async function connect({ server, credentials, connectTimeoutMs = 20_000 }: MailboxOptions): Promise<ImapFlow> {
  const { token, password } = credentials;
  if (!token && !password)
    throw new TerrESanteError('TE_UNSUPPORTED', 'La lecture de la boîte demande un jeton ou un mot de passe.');
  const { ImapFlow: Client } = await import('imapflow');
  const attempt = async (renew: boolean): Promise<ImapFlow> => {
    const config: ImapFlowOptions = {
      host: server.host,
      port: server.port ?? (server.implicitTls ? 993 : 143),
      secure: server.implicitTls ?? false,
      ...(!server.implicitTls && { doSTARTTLS: true }),
      servername: server.serverName ?? server.host,
      tls: await tlsOptions(server, credentials),
      auth: token
        ? { user: parseMssAddress(token.mailbox).address, accessToken: await token.provider({ renew }) }
        : { user: password?.user ?? '', pass: (await password?.provider()) ?? '' },
      logger: false,
      disableAutoIdle: true,
      maxIdleTime: idleMs,
      connectionTimeout: connectTimeoutMs,
      greetingTimeout: connectTimeoutMs,
    };
    const client = new Client(config);
    // Errors come through the calls; without a listener they would end the process.
    client.on('error', () => undefined);
    if (token && (token.mechanism ?? 'XOAUTH2') === 'XOAUTH2') {
      // The library prefers OAUTHBEARER whenever it is offered; an operator may accept only the mechanism it documents.
      const steps = client as unknown as { authenticate(): Promise<unknown> };
      const authenticate = steps.authenticate.bind(client);
      steps.authenticate = () => {
        if (client.capabilities.has('AUTH=XOAUTH2')) client.capabilities.delete('AUTH=OAUTHBEARER');
        return authenticate();
      };
    }
    try {
      await client.connect();
      return client;
    } catch (error) {
      client.close();
      throw imapError(error);
    }
  };
  try {
    return await attempt(false);
  } catch (error) {
    if (!token || !isTerrESanteError(error) || error.code !== 'TE_AUTHN_REJECTED') throw error;
    return attempt(true);
  }
}

async function readItem(imap: ImapFlow, uid: number, cursor: string, limits: MailLimits): Promise<MailboxItem> {
  const { maxMessageBytes = 60 * 1_024 * 1_024 } = limits;
  const message = await imap.fetchOne(String(uid), { uid: true, size: true, bodyStructure: true }, { uid: true });
  const base = {
    cursor,
    report: null,
    messageId: null,
    from: null,
    byteLength: (message && message.size) || 0,
    archive: async () => null,
  };
  if (!message || !message.bodyStructure || base.byteLength > maxMessageBytes) return { ...base, kind: 'unreadable' };
  try {
    const parts = mapParts(message.bodyStructure);
    const head = await headOf(imap, uid, limits);
    const text = async (part: string | null): Promise<string | null> =>
      part === null ? null : partText(imap, uid, part);
    const isReport =
      parts.disposition !== null ||
      parts.deliveryStatus !== null ||
      parts.embedded !== null ||
      parts.originalText !== null ||
      readSubject(head.subject).ko !== null;
    const report = reportOf({
      head,
      deliveryStatus: await text(parts.deliveryStatus),
      disposition: await text(parts.disposition),
      original: isReport
        ? ((await embeddedHeaders(imap, uid, parts.embedded)) ?? (await text(parts.originalText)))
        : null,
    });
    const { archive } = parts;
    return {
      ...base,
      kind: report ? 'report' : archive ? 'deposit' : 'other',
      report,
      messageId: head.messageId,
      from: head.from,
      archive: async ({ maxBytes = maxMessageBytes } = {}) => {
        if (!archive) return null;
        // Four base64 characters carry three bytes.
        if (archive.bytes * 0.73 > maxBytes) throw tooBig();
        const { content } = await imap.download(String(uid), archive.part, { uid: true, maxBytes: maxBytes + 1 });
        if (!content) return null;
        const bytes = await collect(content);
        if (bytes.length > maxBytes) throw tooBig();
        return bytes;
      },
    };
  } catch (error) {
    // A message that cannot be read must not hide those behind it; a broken connection must be told.
    if (isTerrESanteError(error) && error.code === 'TE_VALIDATION') return { ...base, kind: 'unreadable' };
    throw error;
  }
}

const tooBig = (): TerrESanteError => new TerrESanteError('TE_TOO_LARGE', "L'archive reçue dépasse la taille admise.");

async function headOf(imap: ImapFlow, uid: number, limits: MailLimits): Promise<MailHead> {
  const message: FetchMessageObject | false = await imap.fetchOne(
    String(uid),
    { uid: true, headers: true },
    { uid: true },
  );
  const headers = (message && message.headers) || Buffer.alloc(0);
  return readMail(headers, limits, async () => Promise.resolve());
}

async function partText(imap: ImapFlow, uid: number, part: string): Promise<string> {
  const { content } = await imap.download(String(uid), part, { uid: true, maxBytes: partBytes });
  return content ? Buffer.from(await collect(content)).toString('utf8') : '';
}

async function embeddedHeaders(imap: ImapFlow, uid: number, part: string | null): Promise<string | null> {
  if (part === null) return null;
  const key = `${part}.header`;
  const message = await imap.fetchOne(
    String(uid),
    { uid: true, bodyParts: [{ key, maxLength: partBytes }] },
    { uid: true },
  );
  const bytes = message && message.bodyParts?.get(key);
  return bytes ? bytes.toString('utf8') : null;
}

/** Resolves when a message came, when the wait must be renewed, or when the signal fires. */
async function newMail(imap: ImapFlow, folder: string, signal: AbortSignal): Promise<void> {
  const lock = await imap.getMailboxLock(folder);
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, idleMs);
      const broken = (): void => reject(unavailable());
      const stop = (): void => resolve();
      const done = (): void => {
        clearTimeout(timer);
        imap.off('exists', stop);
        imap.off('close', broken);
        signal.removeEventListener('abort', stop);
      };
      imap.once('exists', stop);
      imap.once('close', broken);
      signal.addEventListener('abort', stop, { once: true });
      const settle = resolve;
      resolve = () => {
        done();
        settle();
      };
      // The next command ends the idling by itself.
      void imap.idle().catch(() => undefined);
    });
  } finally {
    lock.release();
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).catch(() => undefined);

const unavailable = (): TerrESanteError => new TerrESanteError('TE_UNAVAILABLE', 'La boîte aux lettres ne répond pas.');

/** The library's messages may quote addresses and mails: only classes go on. */
function imapError(error: unknown): TerrESanteError {
  if (isTerrESanteError(error)) return error;
  const raw: Record<string, unknown> = typeof error === 'object' && error !== null ? { ...error } : {};
  const text =
    `${error instanceof Error ? error.message : ''} ${typeof raw['response'] === 'string' ? raw['response'] : ''} ${typeof raw['responseText'] === 'string' ? raw['responseText'] : ''}`.slice(
      0,
      2_000,
    );
  const details = { reason: typeof raw['code'] === 'string' ? raw['code'] : '' };
  if (
    /alert (?:number 42|number 46|number 116|bad certificate|certificate required|certificate unknown)|certificate required|valid (?:ssl )?(?:client )?certificate/i.test(
      text,
    )
  )
    return new TerrESanteError('TE_CLIENT_CERT', 'Le serveur de messagerie a refusé le certificat du client.', {
      details,
    });
  if (raw['authenticationFailed'] === true)
    return new TerrESanteError('TE_AUTHN_REJECTED', "Le serveur de messagerie a refusé l'authentification.", {
      details,
    });
  if (
    raw['tlsFailed'] === true ||
    /certificate|self[- ]signed|unable to verify|altnames|\bssl\b|\btls\b|STARTTLS|revoked/i.test(text)
  )
    return new TerrESanteError('TE_TLS', "La connexion chiffrée avec la boîte aux lettres n'est pas possible.", {
      details,
    });
  return new TerrESanteError('TE_UNAVAILABLE', 'La boîte aux lettres ne répond pas.', { details });
}
