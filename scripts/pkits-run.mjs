// What the tests of PKITS expect, and what our rules answer.
import { importSource } from './bundle-source.mjs';

const { buildCertificateChain, checkRevocation } = await importSource(
  'pkits',
  "export { buildCertificateChain, checkRevocation } from './src/auth/index.ts';",
);

/**
 * Most tests say in the name of their certificate what must come out. Of the others these are
 * invalid, with the inputs that section 6.1.1 of RFC 5280 has by default (any policy accepted).
 */
const invalidPolicies = /^DifferentPoliciesTest(?:4|5|7|8|9|12)EE$/;

const isValid = (name) => !name.startsWith('Invalid') && !invalidPolicies.test(name);

const fetcher = () => {
  throw new Error('offline');
};

/** A certificate that cannot be read is an authority of nobody. */
function isReadable(der) {
  try {
    buildCertificateChain(der, { anchors: [] });
    return true;
  } catch {
    return false;
  }
}

/** Why a path is refused; `null` when it is accepted: a good chain, each certificate not revoked. */
async function refusal(leaf, anchors, crls) {
  let chain;
  try {
    chain = buildCertificateChain(leaf, { anchors });
  } catch (error) {
    return error.details?.reason ?? error.code;
  }
  if (!chain.ok) return chain.findings.map(({ rule, found }) => [rule, found].filter(Boolean).join(' ')).join(', ');

  // The anchor is trusted as it is.
  for (const [index, { der }] of chain.certificates.slice(0, -1).entries()) {
    const issuer = chain.certificates[index + 1].der;
    const { status, failures } = await checkRevocation(der, issuer, { fetcher, methods: ['crl'], crls });
    if (status === 'good') continue;

    const reasons = [...new Set(failures.map(({ reason }) => reason))];
    return `${index === 0 ? 'certificate' : 'authority'} ${status}${status === 'unknown' ? ` (${reasons.join(', ')})` : ''}`;
  }
  return null;
}

/**
 * Runs every test of the set.
 *
 * @param data.certificates - DER by name, without the suffix of its file.
 * @param data.lists - The same of the revocation lists.
 */
export async function runPkits({ certificates, lists }) {
  const authorities = [...certificates].filter(([name, der]) => !name.endsWith('EE') && isReadable(der));
  const anchors = authorities.map(([, der]) => der);
  const crls = [...lists.values()];
  const results = [];

  for (const [name, leaf] of certificates) {
    if (!name.endsWith('EE')) continue;

    const why = await refusal(leaf, anchors, crls);
    const outcome = isValid(name) ? (why === null ? 'passed' : 'unsupported') : why === null ? 'wrong' : 'refused';
    results.push({ name, outcome, why });
  }
  return results;
}
