// Two tsc passes from one source, side by side: ES modules and CommonJS. Built aside, then swapped
// in, so that a running reader of dist/ never sees half a build.
import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';

const tsc = 'node_modules/typescript/bin/tsc';
const fresh = `dist.${process.pid}`;

/** Type errors go to standard output, as tsc writes them. */
function compile(format) {
  return new Promise((done, failed) => {
    const args = [tsc, '-p', `tsconfig.${format}.json`, '--outDir', `${fresh}/${format}`];
    execFile(process.execPath, args, (error, stdout) => {
      process.stdout.write(stdout);
      if (error) failed(new Error(`the ${format} build failed`));
      else done();
    });
  });
}

try {
  await Promise.all(['esm', 'cjs'].map(compile));

  for (const format of ['esm', 'cjs']) {
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
