// What the mail races share: a receiver on 127.0.0.1, one small message, a transport that composes
// it.
import { certificates, domain, from, submissionOf, to } from '../../scripts/outbox-fixture.mjs';
import { importSource } from '../../scripts/bundle-source.mjs';
import { createMssTransport } from 'terr-esante-sdk/transport';

export { domain, from, submissionOf, to };

export function source(bytes) {
  return {
    byteLength: bytes.length,
    async *open() {
      for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
    },
  };
}

/** A receiver that counts and forgets, and what a client needs to reach it. */
export async function receiver() {
  // Only here: a sender that is measured carries no bundler.
  const { createMailServer } = await importSource(
    'bench-mail',
    "export { createMailServer } from './src/simulator/mail/server.ts';",
  );
  const { caPem, tls } = await certificates();
  let count = 0;
  const server = await createMailServer({
    tls,
    maxMessageBytes: 100_000_000,
    onMessage: () => void (count += 1),
  });
  return { server, caPem, count: () => count };
}

export function transportTo({ server, caPem }, archiveBytes = 40_000, options = {}) {
  const archive = Buffer.alloc(archiveBytes, 'archive ');
  return createMssTransport({
    server: { host: '127.0.0.1', port: server.port, serverName: 'localhost', caPem },
    credentials: {},
    message: { from: { address: from, label: 'Cabinet fictif' }, to },
    archive: async () => ({ fileName: 'IHE_XDM.zip', content: source(archive) }),
    maxConnections: 4,
    ...options,
  });
}

/** `work(index)` for each index, `width` at a time; resolves with the items per second. */
export async function rate(items, width, work) {
  let next = 0;
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (let index = next++; index < items; index = next++) await work(index);
    }),
  );
  return items / ((performance.now() - begun) / 1_000);
}

/** Median of the ratios of pairs run one after the other, so that a busy machine slows both. */
export async function medianOfPairs(pairs, first, second) {
  const runs = [];
  for (let pair = 0; pair < pairs; pair += 1) runs.push([await first(), await second()]);
  const sorted = runs.map(([a, b]) => ({ a, b, ratio: a / b })).sort((x, y) => x.ratio - y.ratio);
  return sorted[Math.floor(sorted.length / 2)];
}

export async function collectBytes(content) {
  const chunks = [];
  for await (const chunk of content.open()) chunks.push(chunk);
  return Buffer.concat(chunks);
}
