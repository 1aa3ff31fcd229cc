import dgram from 'node:dgram';
import dns from 'node:dns';
import http from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';

import { fictivePatient } from '../../src/testing/index.ts';
import { parseReport } from '../../src/transport/index.ts';
import { consentFor, createWorld, mailServer, submission } from './world.ts';

/*
 * Every way out of the process passes here: TCP and TLS by `net.Socket.connect`, UDP by `dgram`,
 * names by `dns`. The test fails when a call of the library goes to a place that is not configured.
 */
const connect = vi.spyOn(net.Socket.prototype, 'connect');
const datagram = vi.spyOn(dgram, 'createSocket');
const lookups = [vi.spyOn(dns, 'lookup'), vi.spyOn(dns.promises, 'lookup'), vi.spyOn(dns, 'resolve')];
const requests = vi.spyOn(http, 'request');
const folder = mkdtempSync(join(tmpdir(), 'no-telemetry-'));
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/** `host:port` of each connection, without repetition. */
function places(): string[] {
  const found = connect.mock.calls.map((words) => {
    // Node passes what it has normalised: a list whose first item holds the options.
    const [first] = words.flat() as unknown[];
    const { host, port, path } = first as { host?: string; port?: number; path?: string };
    return path === undefined || port !== undefined ? `${String(host)}:${String(port)}` : 'pipe';
  });
  return [...new Set(found)].sort();
}

describe('the library sends no telemetry', () => {
  it('a whole day of work connects to the configured platform and mail server, and to nothing else', async () => {
    const world = await createWorld();
    const { simulator, config } = world;
    for (const spy of [connect, datagram, requests, ...lookups]) spy.mockClear();

    const te = world.client({
      deposit: undefined,
      outbox: {
        store: { folder },
        ...mailServer(simulator),
        pollMs: 20,
      },
    });
    const patient = fictivePatient();
    await te.dossier.create(patient, { consent: consentFor(te), joinAs: 'PCP' });
    const { uniqueId } = await te.documents.deposit(patient, await submission(), { patientConsent: true });
    await vi.waitFor(async () => expect((await te.outbox.status(uniqueId))?.state).toBe('accepted'), 10_000);
    await simulator.settled();
    for (const { bytes } of simulator.mailbox(config.user.mssAddress)) {
      const report = await parseReport(bytes);
      if (report) await te.outbox.applyReport(report);
    }
    expect((await te.documents.status(patient, uniqueId)).state).toBe('visible');
    await te.notifications.countForPatient(patient);
    await te.documents.fetch(patient, uniqueId);
    simulator.inject({ kind: 'http-status', status: 503 });
    await te.documents.list(patient).catch(() => undefined);
    await te.diagnose({ sign: true });
    await te.close();

    const { host, port } = new URL(config.quai.url);
    expect(places()).toEqual(
      [`${host.split(':')[0]!}:${port}`, `${simulator.smtp.host}:${String(simulator.smtp.port)}`].sort(),
    );
    expect(datagram).not.toHaveBeenCalled();
    for (const spy of lookups) expect(spy.mock.calls.filter(([name]) => name !== '127.0.0.1')).toEqual([]);
    expect(requests).not.toHaveBeenCalled();
    await world.close();
  });
});
