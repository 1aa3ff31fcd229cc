// Two tsc passes from one source: ES modules and CommonJS. Built aside, then swapped in, so that a
// running reader
// of dist/ never sees half a build.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';

const tsc = 'node_modules/typescript/bin/tsc';
const fresh = `dist.${process.pid}`;
try {
  for (const format of ['esm', 'cjs']) {
    execFileSync(process.execPath, [tsc, '-p', `tsconfig.${format}.json`, '--outDir', `${fresh}/${format}`], {
      stdio: 'inherit',
    });
    mkdirSync(`${fresh}/${format}/internal`, { recursive: true });
    for (const file of ['here.cjs', 'here.d.cts']) {
      copyFileSync(`src/internal/${file}`, `${fresh}/${format}/internal/${file}`);
    }
  }
  writeFileSync(`${fresh}/cjs/package.json`, '{"type":"commonjs"}\n');
  const bin = `${fresh}/esm/cli/main.js`;
  if (existsSync(bin)) chmodSync(bin, 0o755);
  rmSync('dist', { recursive: true, force: true });
  renameSync(fresh, 'dist');
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
