// A 500 MB PDF, one process per contender so that each has its own peak of memory. Only with
// BENCH_LARGE=1: it needs two gigabytes of disk and some minutes.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scannedPdfParts } from '../lib/pdf.mjs';

const imageBytes = 500 * 1024 * 1024;

function writePdf(path) {
  const { head, tail } = scannedPdfParts(imageBytes);
  const file = openSync(path, 'w');
  writeSync(file, head);
  const piece = 4 * 1024 * 1024;
  for (let at = 0; at < imageBytes; at += piece) writeSync(file, randomBytes(Math.min(piece, imageBytes - at)));
  writeSync(file, tail);
  closeSync(file);
}

function contend(name, pdf, out) {
  const child = spawnSync(
    process.execPath,
    [new URL('../lib/large-contender.mjs', import.meta.url).pathname, name, pdf, out],
    {
      encoding: 'utf8',
    },
  );
  if (child.status !== 0) return { failed: (child.stderr || String(child.signal)).split('\n').at(-2) };
  return { ...JSON.parse(child.stdout), bytes: statSync(out).size };
}

export async function run() {
  if (process.env.BENCH_LARGE !== '1')
    return [
      { name: 'XDM of a 500 MB PDF', value: 'set BENCH_LARGE=1', unit: '', baseline: '', ratio: null, goal: null },
    ];
  const dir = mkdtempSync(join(tmpdir(), 'bench-large-'));
  try {
    const pdf = join(dir, 'scan.pdf');
    writePdf(pdf);
    const names = ['product', 'reader', 'floor', 'yazl', 'archiver', 'jszip'];
    const results = Object.fromEntries(names.map((name) => [name, contend(name, pdf, join(dir, 'out.zip'))]));
    const { product, reader, ...peers } = results;
    for (const { failed } of [product, reader]) if (failed) throw new Error(failed);
    const rows = Object.entries(peers).map(([peer, { failed, cpu, rss, bytes }]) => ({
      name: `XDM of a 500 MB PDF / ${peer}`,
      value: product.cpu,
      unit: 'ms CPU',
      baseline: failed ? `${peer} failed: ${failed}` : `${peer} ${cpu.toFixed(0)} ms, ${rss} MB RSS, ${bytes} bytes`,
      ratio: failed ? null : product.cpu / cpu,
      goal: peer === 'floor' ? 'at most 1.3' : null,
    }));
    return [
      ...rows,
      {
        name: 'its peak of memory',
        value: product.rss,
        unit: 'MB RSS',
        baseline: `archive of ${product.bytes} bytes`,
        ratio: null,
        goal: 'at most 100 MB',
      },
      {
        name: 'the archive read back, PDF taken out and compared',
        value: reader.cpu,
        unit: 'ms CPU',
        baseline: `${reader.rss} MB RSS`,
        ratio: null,
        goal: null,
      },
    ];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
