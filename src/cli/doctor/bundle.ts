import { X509Certificate } from 'node:crypto';
import { createRequire } from 'node:module';
import { arch, platform, release } from 'node:os';

import type { SigningProvider } from '../../auth/index.ts';
import type { Diagnosis } from '../../index.ts';
import { here } from '../../internal/here.ts';
import { bareFinding } from '../../internal/finding.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { OutboxSummary } from '../../transport/index.ts';
import { shownConfiguration } from './configuration.ts';

/** Version of the form of a bundle. */
const bundleFormat = 1;

/** A certificate without its holder: neither subject, nor serial number, nor key. */
interface ShownCertificate {
  /** Distinguished name of the issuer; `null` for one that signed itself: it names the holder. */
  readonly issuer: string | null;
  readonly notBefore: string;
  readonly notAfter: string;
}

/** What is gathered. */
export interface BundleParts {
  readonly config: unknown;
  readonly diagnosis: Diagnosis;
  readonly provider: SigningProvider;
  /** `null` without an outbox, a code when it could not be read. */
  readonly outbox: OutboxSummary | { readonly code: string } | null;
  readonly sdkVersion: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * What support needs to understand an installation, as one JSON object. Only what is listed here
 * goes in, so that nothing unforeseen does: no name of a patient or of the professional, no
 * identifier, address, code, password, key or path.
 */
export async function bundleOf(parts: BundleParts, call: CallOptions): Promise<Readonly<Record<string, unknown>>> {
  const { config, diagnosis, provider, outbox, sdkVersion, now } = parts;

  return {
    format: bundleFormat,
    at: new Date(now).toISOString(),
    versions: {
      'terr-esante-sdk': sdkVersion,
      node: process.versions.node,
      openssl: process.versions.openssl,
      ...packageVersions(['nodemailer', 'imapflow', 'koffi', 'pg']),
    },
    system: {
      platform: platform(),
      arch: arch(),
      release: release(),
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    },
    configuration: shownConfiguration(config),
    diagnosis: shownDiagnosis(diagnosis),
    signing: { provider: provider.kind, certificates: await shownCertificates(provider, call) },
    outbox: outbox && 'states' in outbox ? shownOutbox(outbox, now) : outbox,
  };
}

/** Versions of packages that may be absent: `null` then. */
function packageVersions(names: readonly string[]): Readonly<Record<string, string | null>> {
  const load = createRequire(here());

  const versionOf = (name: string): string | null => {
    try {
      return (load(`${name}/package.json`) as { readonly version: string }).version;
    } catch {
      return null;
    }
  };
  return Object.fromEntries(names.map((name) => [name, versionOf(name)]));
}

/** Topics, states, codes and rules: a sentence may quote what was found. */
function shownDiagnosis({ ok, steps }: Diagnosis): unknown {
  return {
    ok,
    steps: steps.map(({ topic, state, error, findings }) => ({
      topic,
      state,
      code: error?.code ?? null,
      reason: error?.reason ?? null,
      findings: findings.map(bareFinding),
    })),
  };
}

async function shownCertificates(
  provider: SigningProvider,
  call: CallOptions,
): Promise<readonly ShownCertificate[] | { readonly code: string }> {
  try {
    const certificates = await provider.certificates(call);
    return certificates.map((der) => shownCertificate(new X509Certificate(der)));
  } catch (error) {
    const code = (error as { readonly code?: unknown } | null)?.code;
    return { code: typeof code === 'string' ? code : 'TE_INTERNAL' };
  }
}

function shownCertificate({ issuer, subject, validFrom, validTo }: X509Certificate): ShownCertificate {
  return {
    issuer: issuer === subject ? null : issuer.replaceAll('\n', ', '),
    notBefore: new Date(validFrom).toISOString(),
    notAfter: new Date(validTo).toISOString(),
  };
}

function shownOutbox({ states, waiting, oldestWaiting, problems }: OutboxSummary, now: number): unknown {
  const oldestSeconds = oldestWaiting === null ? null : Math.round((now - Date.parse(oldestWaiting)) / 1000);
  return { states, waiting, oldestSeconds, problems };
}
