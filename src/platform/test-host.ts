/**
 * Loopback in any spelling, and the names that RFC 2606 and RFC 6761 keep for examples and tests.
 */
export function isTestHost(hostname: string): boolean {
  const host = hostname.replace(/\.$/, '').toLowerCase();
  return (
    /^127\.[0-9.]+$/.test(host) ||
    host === '0.0.0.0' ||
    host === '[::1]' ||
    host === '[::]' ||
    /^\[::ffff:7f[0-9a-f]{2}:[0-9a-f]+\]$/.test(host) ||
    /(^|\.)(localhost|example|test|invalid)$/.test(host) ||
    /(^|\.)example\.(com|net|org)$/.test(host)
  );
}
