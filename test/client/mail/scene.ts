import { createClient } from '../../../src/client/create-client.ts';
import type { ClientOptions, TerrESanteClient } from '../../../src/client/model.ts';
import type { SendMailOptions } from '../../../src/client/mail/model.ts';
import { collect } from '../../../src/internal/bytes.ts';
import { fictiveConfig } from '../../../src/simulator/index.ts';
import {
  createMemoryStore,
  type Directory,
  type DirectoryMailbox,
  type OutboxStore,
} from '../../../src/transport/index.ts';

export const rpps = '99900000022';
export const finess = '990000028';
export const colleague = 'anne.exemple@medecin.mssante.fr';
export const mayBeSent: SendMailOptions = { patientOpposed: false };

/** A mailbox of the directory of these tests. */
export function listed(address: string, change: Partial<DirectoryMailbox> = {}): DirectoryMailbox {
  return { address, type: 'PER', owner: { rpps, finess: null, name: 'Anne EXEMPLE' }, rank: null, ...change };
}

/** A directory that has these mailboxes, whoever asks. */
export function directoryOf(mailboxes: readonly DirectoryMailbox[], stale = false): Directory {
  const asOf = '2026-03-01T09:00:00.000Z';
  const nobody = (): never => {
    throw new Error('not asked for here');
  };
  return {
    mailboxesOfProfessional: async () => ({ value: mailboxes.filter(({ type }) => type !== 'APP'), asOf, stale }),
    mailboxesOfStructure: async () => ({ value: mailboxes, asOf, stale }),
    resolve: async (address) => ({
      value: mailboxes.find((mailbox) => mailbox.address === address)?.owner ?? null,
      asOf,
      stale,
    }),
    searchProfessionals: nobody,
    searchStructures: nobody,
  };
}

export interface MailScene {
  readonly te: TerrESanteClient;
  readonly store: OutboxStore;
  /** The message of the last letter, as the outbox keeps it; nothing is sent. */
  readonly message: () => Promise<string>;
  readonly close: () => Promise<void>;
}

/** A client whose outbox keeps everything: its mail server is not there. */
export function mailScene(options: Partial<ClientOptions> = {}): MailScene {
  const memory = createMemoryStore();
  const unused = async (): Promise<never> => Promise.reject(new Error('nothing is signed for a mail'));
  const te = createClient(fictiveConfig(), {
    auth: { kind: 'pkcs12', certificates: unused, sign: unused },
    outbox: {
      store: async () => memory,
      server: { host: '127.0.0.1', port: 1, caPem: '' },
      credentials: { password: { user: 'x', provider: async () => 'x' } },
      retry: { firstDelayMs: 60_000 },
    },
    ...options,
  });
  return {
    te,
    store: memory,
    async message() {
      let text = '';
      for await (const entry of memory.list()) {
        text = Buffer.from(await collect((await memory.content(entry)).open())).toString('latin1');
      }
      return text;
    },
    close: () => te.close(),
  };
}
