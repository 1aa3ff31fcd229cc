// The example screen, started with the packed package as its README says it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** The address that it prints. */
async function addressOf(child) {
  let written = '';
  for await (const chunk of child.stdout) {
    written += chunk;
    const found = /^Écran : (\S+)$/m.exec(written)?.[1];
    if (found) return new URL(found);
  }
  throw new Error(`the example screen did not start: ${written}`);
}

export async function checkScreen({ root, scratch, consumer, say }) {
  const folder = join(scratch, 'ehr-screen');
  const source = join(root, 'examples/ehr-screen');
  cpSync(source, folder, { recursive: true, filter: (path) => !path.startsWith(join(source, 'node_modules')) });
  symlinkSync(join(consumer, 'node_modules'), join(folder, 'node_modules'), 'junction');

  const child = spawn(process.execPath, ['start.mjs'], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const { origin, hash } = await addressOf(child);
    const headers = { 'Content-Type': 'application/json', 'X-Screen-Token': hash.slice(1), Origin: origin };
    const response = await fetch(`${origin}/api/states`, { method: 'POST', headers, body: '{}' });
    const states = (await response.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).state);
    for (const wanted of ['exists', 'absent', 'incomplete']) {
      if (!states.includes(wanted)) throw new Error(`the example screen shows no dossier that is ${wanted}`);
    }
  } finally {
    child.kill();
    await once(child, 'exit');
  }
  say('the example screen, from the tarball');
}
