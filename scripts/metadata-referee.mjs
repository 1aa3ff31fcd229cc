// The foreign judge of XDS metadata (Open eHealth IPF): found through TERR_TOOLS, built at its first call.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The command of the judge, or `null` with the reason on stderr. */
export function findReferee() {
  const tools = process.env.TERR_TOOLS;
  const command = tools === undefined ? '' : join(tools, 'referees/ihe/run');
  if (tools !== undefined && existsSync(command)) return command;

  process.stderr.write('the IHE referee is absent: TERR_TOOLS names no folder with referees/ihe/run\n');
  return null;
}

/**
 * Judges many files in one run.
 *
 * @returns For each text what was refused, empty when it was accepted; `null` when the judge cannot be had.
 */
export function judge(command, texts) {
  const folder = mkdtempSync(join(tmpdir(), 'metadata-referee-'));
  try {
    const names = texts.map((text, index) => {
      const name = `${index}.xml`;
      writeFileSync(join(folder, name), text);
      return name;
    });
    const run = spawnSync('nice', ['-n', '10', command, 'check', ...names], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    if (run.status === 69) {
      process.stderr.write(run.stderr);
      return null;
    }
    const verdicts = texts.map(() => []);
    let judged = 0;
    for (const [, index, verdict] of run.stdout.matchAll(/^(\d+)\.xml: (.*)$/gm)) {
      if (verdict.startsWith('REFUSED ')) verdicts[Number(index)].push(verdict.slice('REFUSED '.length));
      judged += 1;
    }
    if (judged < texts.length) throw new Error(`the referee judged ${judged} of ${texts.length}: ${run.stderr}`);
    return verdicts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
