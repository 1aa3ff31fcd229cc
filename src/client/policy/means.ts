import type { CheckReport, Finding } from '../../errors.ts';
import { checkReport, finding } from '../../internal/finding.ts';
import { checkConfig, requireValidConfig } from '../../platform/config/check-config.ts';
import { configRules } from '../../platform/config/rules.ts';
import type { PlatformDescriptor, TerrESanteConfig } from '../../platform/index.ts';
import type { ClientOptions } from '../model.ts';
import type { ClientAuth } from './client-auth.ts';

type Means = TerrESanteConfig['authn']['means'];

/**
 * What each kind of provider or session of this package stands for. A kind of the host's own says
 * nothing: only the host knows it.
 */
const meansOf: ReadonlyMap<string, readonly Means[]> = new Map<string, readonly Means[]>([
  ['pkcs11', ['cps', 'cpe']],
  ['pro-sante-connect', ['ecps']],
  ['otp', ['one-time-code']],
]);

/** Means in which somebody logs in elsewhere, and the structure vouches for it. */
const bySession: ReadonlySet<Means> = new Set<Means>(['ecps', 'one-time-code']);

/**
 * The configuration of a client, its means of authentication compared with what is plugged in
 * (CFG-28).
 */
export function clientReport(
  config: TerrESanteConfig,
  descriptor: PlatformDescriptor,
  auth: ClientAuth,
  authentication: ClientOptions['authentication'],
): CheckReport {
  const { findings } = checkConfig(config, descriptor);
  const means = (config as Partial<TerrESanteConfig>).authn?.means;
  const own = means === undefined ? [] : meansFindings(means, auth, authentication);
  return checkReport([...findings, ...own]);
}

function meansFindings(means: Means, auth: ClientAuth, authentication: ClientOptions['authentication']): Finding[] {
  const { signer, session } = auth;
  // Whose login it is, the host says when it is asked.
  if (typeof session === 'function') return bySession.has(means) ? [] : [mismatch(means, 'session')];
  if (session) return bySession.has(means) ? kindFindings(means, session.kind) : [mismatch(means, session.kind)];

  // Without a session the host must say when the user logged in.
  if (bySession.has(means) && authentication?.instant === undefined) return [mismatch(means, signer.kind)];
  return bySession.has(means) ? [] : kindFindings(means, signer.kind);
}

function kindFindings(means: Means, kind: string): Finding[] {
  const allowed = meansOf.get(kind);
  return allowed === undefined || allowed.includes(means) ? [] : [mismatch(means, kind)];
}

function mismatch(means: Means, kind: string): Finding {
  // The kind of a provider of the host is its own text.
  const found = /^[a-z0-9-]{1,40}$/.test(kind) ? kind : 'other';
  return finding(configRules, 'CFG-28', { path: 'authn.means', found, expected: means });
}

/**
 * A session that the host gave later, as the rule demands it of one that is plugged in.
 *
 * @throws TerrESanteError `TE_CONFIG_INVALID`
 */
export function requireMeans({ authn }: TerrESanteConfig, kind: string): void {
  requireValidConfig(checkReport(kindFindings(authn.means, kind)));
}
