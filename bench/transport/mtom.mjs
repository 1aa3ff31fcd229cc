// Documents by MTOM, up and down, beside a bare `node:http` stream with and without SHA-1, and the
// package `soap`. Each transfer in a process of its own, the far side in another.
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median } from '../lib/race.mjs';

const lib = (name) => fileURLToPath(new URL(`../lib/${name}`, import.meta.url));
const run = promisify(execFile);

async function roundsOf(names, megabytes, rounds, port, file) {
  const results = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) {
      const args = [lib('mtom-once.mjs'), name, String(megabytes), String(port), file ?? ''];
      const { stdout } = await run(process.execPath, args);
      results[name].push(JSON.parse(stdout));
    }
  }
  return Object.fromEntries(
    names.map((name) => [
      name,
      Object.fromEntries(
        ['cpu', 'rss', 'rssBefore'].map((figure) => [figure, median(results[name].map((result) => result[figure]))]),
      ),
    ]),
  );
}

const ratioRow = (what, megabytes, ours, hashed, bare) => ({
  name: `${what} of ${megabytes} MB by MTOM`,
  value: ours.cpu,
  unit: 'ms CPU',
  baseline: `node:http with SHA-1: ${hashed.cpu.toFixed(0)} ms; without: ${bare.cpu.toFixed(0)} ms (x${(ours.cpu / bare.cpu).toFixed(2)}); ${ours.rss} MB (${ours.rssBefore} before it), ${hashed.rss} MB`,
  ratio: ours.cpu / hashed.cpu,
  goal: 'at most 1.6',
});

export async function run_() {
  const far = fork(lib('mtom-far-side.mjs'));
  const [port] = await once(far, 'message');
  const folder = mkdtempSync(join(tmpdir(), 'te-bench-'));
  const rows = [];
  try {
    const perMegabyte = [];
    for (const megabytes of [5, 20, 100, 500]) {
      const names = ['download', 'hashedDownload', 'bareDownload'];
      const { download, hashedDownload, bareDownload } = await roundsOf(names, megabytes, 3, port);
      rows.push(ratioRow('download', megabytes, download, hashedDownload, bareDownload));
      perMegabyte.push(download.cpu / megabytes);
    }
    rows.push({
      name: 'download: CPU of a megabyte at 500 MB and at 20 MB',
      value: perMegabyte[3],
      unit: 'ms CPU',
      baseline: `at 20 MB: ${perMegabyte[1].toFixed(2)} ms`,
      ratio: perMegabyte[3] / perMegabyte[1],
      goal: 'linear: about 1',
    });

    const { pausedDownload } = await roundsOf(['pausedDownload'], 500, 1, port);
    rows.push({
      name: 'download of 500 MB by a reader that pauses 10 s',
      value: pausedDownload.rss,
      unit: 'MB RSS',
      goal: 'at most 110',
    });

    for (const megabytes of [5, 20, 100]) {
      const soap = await roundsOf(['soapDownload'], megabytes, 1, port).catch((error) => error);
      rows.push({
        name: `download of ${megabytes} MB by the package soap`,
        value: soap instanceof Error ? 'fails' : soap.soapDownload.cpu,
        unit: soap instanceof Error ? '' : 'ms CPU',
        baseline: soap instanceof Error ? String(soap.message).slice(0, 100) : `${soap.soapDownload.rss} MB`,
      });
    }

    for (const megabytes of [5, 500]) {
      const file = join(folder, `${megabytes}.bin`);
      for (let at = 0; at < megabytes; at += 5) writeFileSync(file, Buffer.alloc(5_000_000, at), { flag: 'a' });
      const names = ['upload', 'hashedUpload', 'bareUpload'];
      const { upload, hashedUpload, bareUpload } = await roundsOf(names, megabytes, 3, port, file);
      rows.push(ratioRow('upload', megabytes, upload, hashedUpload, bareUpload));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
    far.disconnect();
  }
  return rows;
}

export { run_ as run };
