import { describe, expect, it } from 'vitest';
import { withDeadline } from '../../src/internal/abort.ts';
import { createDirectory, createHttpClient, createMemoryStore, createOutbox } from '../../src/transport/index.ts';
import { readMail } from '../../src/transport/mss/mail-reader.ts';

/** What a host without types gives where a number is expected. */
const noNumber: readonly unknown[] = [Number.NaN, Infinity, -1, '60000', '', null, {}, true];
const wrong = (value: unknown): never => value as never;
const refused = (argument: string): object =>
  expect.objectContaining({ code: 'TE_INPUT_INVALID', details: expect.objectContaining({ argument }) });

describe('a limit that is no number', () => {
  it.each(['timeoutMs', 'idleMs', 'maxConnections'])('is refused by createHttpClient: %s', (name) => {
    for (const value of noNumber) expect(() => createHttpClient(wrong({ [name]: value }))).toThrow(refused(name));
  });

  it.each(['timeoutMs', 'maxResponseBytes'])('is refused by a request before anything is sent: %s', async (name) => {
    const http = createHttpClient();
    for (const value of noNumber) {
      const request = wrong({ method: 'GET', url: 'https://127.0.0.1:9/', [name]: value });
      await expect(http.send(request)).rejects.toThrow(refused(name));
    }
    await http.close();
  });

  it.each(['maxMessageBytes', 'maxHeaderBytes', 'maxParts', 'maxDepth', 'maxLines'])(
    'is refused by the reader of mails: %s',
    async (name) => {
      for (const value of noNumber) {
        await expect(
          readMail(Buffer.from('Subject: x\r\n\r\nx'), wrong({ [name]: value }), async () => undefined),
        ).rejects.toThrow(refused(name));
      }
    },
  );

  it.each(['expireAfterMs', 'maxAttempts', 'firstDelayMs', 'longestDelayMs'])(
    'is refused by createOutbox: retry.%s',
    (name) => {
      for (const value of noNumber) {
        const options = {
          store: createMemoryStore(),
          carrier: { compose: async () => null, send: async () => null },
          senderDomain: 'x.example',
          retry: { [name]: value },
        };
        expect(() => createOutbox(wrong(options))).toThrow(refused(name));
      }
    },
  );

  it.each(['maxPages', 'cacheEntries', 'cacheMs', 'staleMs'])('is refused by createDirectory: %s', (name) => {
    for (const value of noNumber) {
      expect(() => createDirectory(wrong({ http: createHttpClient(), apiKey: () => 'x', [name]: value }))).toThrow(
        refused(name),
      );
    }
  });

  it('is refused as a deadline, which would otherwise end at once or never', async () => {
    for (const timeoutMs of [...noNumber, 2 ** 31]) {
      await expect(withDeadline(wrong({ timeoutMs }), async () => 'done')).rejects.toThrow(refused('timeoutMs'));
    }
    await expect(withDeadline({ timeoutMs: 60_000 }, async () => 'done')).resolves.toBe('done');
  });
});
