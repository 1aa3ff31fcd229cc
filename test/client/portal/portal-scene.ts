import { connect } from 'node:net';

import type { PortalLaunch } from '../../../src/index.ts';
import { simulatorDescriptor, type PlatformDescriptor } from '../../../src/platform/index.ts';

type Described = NonNullable<PlatformDescriptor['portal']>;

/** Values of a portal that replace those of the simulator. */
export type PortalParts = { [Part in keyof Described]?: Described[Part]['value'] };

/** The descriptor of the simulator with other values for its portal. */
export function withPortal(parts: PortalParts): PlatformDescriptor {
  const portal = { ...simulatorDescriptor.portal! };
  for (const [name, value] of Object.entries(parts)) {
    Object.assign(portal, { [name]: { value, confidence: 'assumption', evidence: 'test' } });
  }
  return { ...simulatorDescriptor, portal };
}

/** Sends raw bytes to a port of this machine and gives the whole answer. */
export function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let got = '';
    socket.on('data', (chunk) => (got += chunk.toString('utf8')));
    socket.on('close', () => resolve(got));
    socket.on('error', reject);
  });
}

export const portOf = ({ url }: PortalLaunch): number => Number(new URL(url).port);

/** The request of a browser that follows an address its user gave it. */
export function navigation(launch: PortalLaunch, changes: Readonly<Record<string, string | null>> = {}): string {
  const { host, pathname } = new URL(launch.url);
  const headers: Record<string, string | null> = {
    Host: host,
    'Sec-Fetch-Site': 'none',
    'Sec-Fetch-Mode': 'navigate',
    'Sec-Fetch-Dest': 'document',
    ...changes,
  };
  const lines = Object.entries(headers).filter(([name, value]) => value !== null && !name.startsWith(':'));
  const line = `${changes[':method'] ?? 'GET'} ${changes[':path'] ?? pathname} HTTP/1.1`;
  return `${[line, ...lines.map(([name, value]) => `${name}: ${value ?? ''}`)].join('\r\n')}\r\n\r\n`;
}

export const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
