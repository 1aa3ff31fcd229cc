// A temporary PostgreSQL cluster on a free port of 127.0.0.1, also when run by root. Nothing
// outside its folder is touched.
import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
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

/**
 * Starts a server on a free port. Another program may take the port between the look and the
 * start: the next one is tried then.
 */
async function startOnFreePort(start) {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();

    try {
      start(port);
      return port;
    } catch (error) {
      if (attempt === 5) throw error;
    }
  }
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
  const log = join(folder, 'log');
  run('initdb', '-D', data, '-U', 'app', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync');

  const optionsOf = (port) => `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder}`;
  const port = await startOnFreePort((candidate) =>
    run('pg_ctl', '-D', data, '-w', '-l', log, '-o', optionsOf(candidate), 'start'),
  ).catch((error) => {
    const said = existsSync(log) ? readFileSync(log, 'utf8').slice(-2000) : '';
    throw new Error(`PostgreSQL did not start: ${said}`, { cause: error });
  });
  const options = optionsOf(port);

  return {
    port,
    connectionString: `postgresql://app@127.0.0.1:${port}/postgres`,
    /** As after a crash of the machine: no goodbye, then recovery. */
    async crash() {
      run('pg_ctl', '-D', data, '-m', 'immediate', '-w', '-l', log, '-o', options, 'restart');
    },
    async stop() {
      run('pg_ctl', '-D', data, '-m', 'fast', '-w', 'stop');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
