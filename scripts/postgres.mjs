// A temporary PostgreSQL cluster on a free port of 127.0.0.1, also when run by root. Nothing
// outside its folder is touched.
import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Folder of the PostgreSQL programs, or null when they are not installed. */
export function postgresPrograms() {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return null;
  const versions = readdirSync(root).sort((a, b) => Number(b) - Number(a));
  const bin = versions.map((version) => join(root, version, 'bin')).find((path) => existsSync(join(path, 'initdb')));
  return bin ?? null;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

export async function startPostgres() {
  const bin = postgresPrograms();
  if (!bin) throw new Error('PostgreSQL is not installed (Debian package postgresql)');
  const folder = mkdtempSync(join(tmpdir(), 'te-postgres-'));
  // The server refuses to run as root.
  let account = {};
  if (userInfo().uid === 0) {
    const id = (flag) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
    account = { uid: id('-u'), gid: id('-g') };
    chownSync(folder, account.uid, account.gid);
  }
  const run = (program, ...args) => execFileSync(join(bin, program), args, { cwd: '/', stdio: 'ignore', ...account });
  const data = join(folder, 'data');
  const port = await freePort();
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder}`;
  run('initdb', '-D', data, '-U', 'app', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync');
  run('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', options, 'start');
  return {
    port,
    connectionString: `postgresql://app@127.0.0.1:${port}/postgres`,
    /** As after a crash of the machine: no goodbye, then recovery. */
    async crash() {
      run('pg_ctl', '-D', data, '-m', 'immediate', '-w', '-l', join(folder, 'log'), '-o', options, 'restart');
    },
    async stop() {
      run('pg_ctl', '-D', data, '-m', 'fast', '-w', 'stop');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
