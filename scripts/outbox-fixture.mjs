// What the crash and soak runs share: a small submission, a seeded generator, certificates made at
// run time.
import { createTestHierarchy } from 'terr-esante-sdk/testing';
import { createMssTransport } from 'terr-esante-sdk/transport';

export const from = 'appli@cabinet.simulateur.mssante.fr';
export const to = 'documents@terr-esante.simulateur.mssante.fr';
export const domain = 'cabinet.simulateur.mssante.fr';

/** Same seed, same numbers (mulberry32). */
export function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function source(bytes) {
  return {
    byteLength: bytes.length,
    async *open() {
      yield bytes;
    },
  };
}

/**
 * What the far side files: the archive says which document it is. One in ten is large: the spool
 * gives it a file of its own.
 */
const archiveOf = (uniqueId) => Buffer.from(uniqueId.padEnd(uniqueId.endsWith('0') ? 450_000 : 0));
export const documentIn = (archive) => Buffer.from(archive).toString().trimEnd();

/** The mail layer reads nothing else of a submission. */
export function submissionOf(uniqueId) {
  const header = {
    uniqueId,
    type: { code: '11488-4', codeSystem: '2.16.840.1.113883.6.1', displayName: 'CR ou fiche de consultation' },
    effectiveTime: '20260301103000+0100',
    acts: [],
    replaces: null,
  };
  return {
    submissionSet: {},
    documents: [{ entry: { uniqueId }, document: { header, pdf: null } }],
    patient: { birthName: 'FICTIF', firstName: 'Test', birthDate: null, qualifiedIns: false },
  };
}

export function transportTo({ port, caPem }, options = {}) {
  return createMssTransport({
    server: { host: '127.0.0.1', port, serverName: 'localhost', caPem },
    credentials: {},
    message: { from: { address: from, label: 'Cabinet fictif' }, to },
    archive: async (submission) => ({
      fileName: 'IHE_XDM.zip',
      content: source(archiveOf(submission.documents[0].entry.uniqueId)),
    }),
    idleTimeoutMs: 500,
    ...options,
  });
}

export async function certificates() {
  const hierarchy = await createTestHierarchy();
  const { chainPem, keyPem } = hierarchy.server('localhost');
  return { caPem: hierarchy.caPem, tls: { certPem: chainPem, keyPem } };
}

/** Value of `--name`, as a number, or the default. */
export function numberArgument(name, fallback) {
  const at = process.argv.indexOf(`--${name}`);
  if (at < 0) return fallback;
  const value = Number(process.argv[at + 1]);
  if (!Number.isSafeInteger(value) || value < 0) {
    console.error(`--${name} wants a whole number`);
    process.exit(2);
  }
  return value;
}

export function wordArgument(name, fallback) {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : process.argv[at + 1];
}
