import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const isHere = (host: unknown): boolean =>
  host === undefined || host === 'localhost' || (typeof host === 'string' && /^(?:127\.|::1$)/.test(host));

const refusal = (): Error => Object.assign(new Error('outside of this machine'), { code: 'ECONNREFUSED' });

/** Random addresses reach nothing but this machine. For a process of its own, not for tests. */
export function fenceNetwork(): void {
  const socket = net.Socket.prototype as unknown as Record<
    'connect',
    (this: net.Socket, ...args: unknown[]) => unknown
  >;
  const { connect } = socket;
  socket.connect = function (...args) {
    const [first, second] = (Array.isArray(args[0]) ? args[0] : args) as [unknown, unknown];
    const host: unknown = typeof first === 'object' && first !== null ? (first as { host?: unknown }).host : second;
    // A name goes through the lookup below.
    if (typeof host !== 'string' || net.isIP(host) === 0 || isHere(host)) return Reflect.apply(connect, this, args);
    process.nextTick(() => this.destroy(refusal()));
    return this;
  };

  const lookup = dns.lookup as (...args: unknown[]) => void;
  Object.assign(dns, {
    lookup(host: unknown, ...rest: unknown[]): void {
      if (isHere(host)) {
        lookup(host, ...rest);
        return;
      }
      const done = rest.at(-1) as (error: Error) => void;
      process.nextTick(() => done(Object.assign(new Error('no such host'), { code: 'ENOTFOUND' })));
    },
  });
  syncBuiltinESMExports();
}
