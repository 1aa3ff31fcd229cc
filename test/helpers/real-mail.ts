import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';

import type { MailPki } from './mail-pki.ts';
import { missing } from './require-tool.ts';

/** Whether exim and dovecot cannot be used here; says so once. */
export const noRealMail: boolean = missing('exim4', 'dovecot', 'openssl');

export interface RealMail {
  readonly smtpPort: number;
  readonly imapPort: number;
  readonly password: string;
  /** RS256 access token that dovecot verifies by itself. */
  token(user: string, ttlSeconds?: number): string;
  /** Files delivered to a mailbox. */
  delivered(address: string): readonly string[];
  readonly logs: string;
  stop(): Promise<void>;
}

export interface RealMailOptions {
  readonly clientCertificate?: 'optional' | 'required';
  readonly maxSize?: string;
  readonly crl?: boolean;
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

/**
 * Starts exim (submission) and dovecot (IMAP, LMTP, tokens) without privilege on free ports of
 * 127.0.0.1. Local parts with a scripted fate: `inconnu*` 550 5.1.1, `plein*` 552 5.2.2, `lent*`
 * 451 4.7.1 at RCPT; `rebond*` is accepted, then a real bounce comes back.
 */
export async function startRealMail(pki: MailPki, options: RealMailOptions = {}): Promise<RealMail> {
  const { clientCertificate = 'optional', maxSize = '10M' } = options;
  const dir = mkdtempSync(join(tmpdir(), 'real-mail-'));
  chmodSync(dir, 0o755);
  const root = userInfo().uid === 0;
  const name = root ? 'nobody' : userInfo().username;
  const id = (flag: string): number => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
  const uid = id('-u');
  const gid = id('-g');
  const group = execFileSync('id', ['-gn', name], { encoding: 'utf8' }).trim();
  const password = 'mot-de-passe-fictif';
  const [smtpPort, imapPort] = [await freePort(), await freePort()];

  for (const folder of [
    'pki',
    'keys/default/RS256',
    'dovecot/run',
    'dovecot/state',
    'mail',
    'log',
    'exim/spool',
    'exim/bin',
  ]) {
    mkdirSync(join(dir, folder), { recursive: true });
  }
  const put = (path: string, text: string, mode = 0o644): void => writeFileSync(join(dir, path), text, { mode });
  const jwt = generateKeyPairSync('rsa', { modulusLength: 2048 });
  put('keys/default/RS256/default', jwt.publicKey.export({ type: 'spki', format: 'pem' }).toString());
  put('pki/ca.pem', pki.caPem);
  put('pki/ca-and-crl.pem', `${pki.caPem}${pki.crlPem}`);
  put('pki/crl.pem', pki.crlPem);
  put('pki/server.pem', pki.server.certPem);
  put('pki/server.key', pki.server.keyPem, 0o600);
  put(
    'dovecot/oauth2.conf',
    `introspection_mode = local\nlocal_validation_key_dict = fs:posix:prefix=${dir}/keys/\nusername_attribute = email\n`,
  );
  put(
    'dovecot/dovecot.conf',
    dovecotConfig(dir, { name, group, uid, gid, imapPort, password, required: clientCertificate === 'required' }),
  );
  const exim = existsSync('/usr/sbin/exim4')
    ? '/usr/sbin/exim4'
    : execFileSync('sh', ['-c', 'command -v exim4'], { encoding: 'utf8' }).trim();
  // The copy has no set-uid bit.
  copyFileSync(exim, join(dir, 'exim/bin/exim'));
  chmodSync(join(dir, 'exim/bin/exim'), 0o755);
  put(
    'exim/exim.conf',
    eximConfig(dir, {
      name,
      group,
      smtpPort,
      maxSize,
      required: clientCertificate === 'required',
      crl: options.crl ?? false,
    }),
  );
  if (root) {
    for (const item of ['.', ...readdirSync(dir, { recursive: true, encoding: 'utf8' })]) {
      chownSync(join(dir, item), uid, gid);
    }
  }

  const children: ChildProcess[] = [];
  const start = (command: string, ...args: string[]): void => {
    children.push(
      spawn(command, args, {
        cwd: dir,
        stdio: 'ignore',
        env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: dir },
        ...(root && { uid, gid }),
      }),
    );
  };
  start('/usr/sbin/dovecot', '-F', '-c', join(dir, 'dovecot/dovecot.conf'));
  start(join(dir, 'exim/bin/exim'), '-C', join(dir, 'exim/exim.conf'), '-bdf', '-q5s');
  const stop = async (): Promise<void> => {
    for (const child of children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    }
    rmSync(dir, { recursive: true, force: true });
  };
  for (let waited = 0; !((await answers(smtpPort)) && (await answers(imapPort))); waited += 1) {
    if (waited > 150 || children.some(({ exitCode }) => exitCode !== null)) {
      await stop();
      throw new Error('exim or dovecot did not start');
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return {
    smtpPort,
    imapPort,
    password,
    logs: join(dir, 'log'),
    token(user, ttlSeconds = 300) {
      const now = Math.floor(Date.now() / 1_000);
      const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ sub: user, email: user, iss: 'test', aud: 'mss', iat: now - 600, nbf: now - 600, exp: now + ttlSeconds })}`;
      return `${signed}.${sign('sha256', Buffer.from(signed), jwt.privateKey).toString('base64url')}`;
    },
    delivered(address) {
      const [local = '', domain = ''] = address.split('@');
      const folder = join(dir, 'mail', domain, local, 'Maildir/new');
      return existsSync(folder) ? readdirSync(folder).map((file) => join(folder, file)) : [];
    },
    stop,
  };
}

interface DovecotValues {
  readonly name: string;
  readonly group: string;
  readonly uid: number;
  readonly gid: number;
  readonly imapPort: number;
  readonly password: string;
  readonly required: boolean;
}

function dovecotConfig(dir: string, { name, group, uid, gid, imapPort, password, required }: DovecotValues): string {
  return `
base_dir = ${dir}/dovecot/run
state_dir = ${dir}/dovecot/state
log_path = ${dir}/log/dovecot.log
auth_verbose = yes
listen = 127.0.0.1
protocols = imap lmtp
auth_failure_delay = 0
hostname = localhost
postmaster_address = postmaster@localhost
default_internal_user = ${name}
default_internal_group = ${group}
default_login_user = ${name}
first_valid_uid = 1
mail_location = maildir:~/Maildir
mail_uid = ${uid}
mail_gid = ${gid}
mail_fsync = never
default_vsz_limit = 1G
ssl = required
ssl_cert = <${dir}/pki/server.pem
ssl_key = <${dir}/pki/server.key
ssl_ca = <${dir}/pki/ca.pem
ssl_verify_client_cert = yes
ssl_require_crl = no
auth_ssl_require_client_cert = ${required ? 'yes' : 'no'}
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = yes
auth_mechanisms = plain login xoauth2 oauthbearer
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = ${dir}/dovecot/oauth2.conf
}
passdb {
  driver = static
  mechanisms = plain login
  args = password=${password}
}
userdb {
  driver = static
  args = uid=${uid} gid=${gid} home=${dir}/mail/%Ld/%Ln allow_all_users=yes
}
namespace inbox {
  inbox = yes
  separator = /
}
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service lmtp {
  user = ${name}
  unix_listener lmtp {
    mode = 0600
    user = ${name}
  }
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${imapPort}
  }
  inet_listener imaps {
    port = 0
  }
}
service auth {
  unix_listener auth-client {
    mode = 0600
    user = ${name}
  }
}
`;
}

interface EximValues {
  readonly name: string;
  readonly group: string;
  readonly smtpPort: number;
  readonly maxSize: string;
  readonly required: boolean;
  readonly crl: boolean;
}

function eximConfig(dir: string, { name, group, smtpPort, maxSize, required, crl }: EximValues): string {
  const authenticator = (mechanism: string): string => `
${mechanism.toLowerCase()}:
  driver = dovecot
  public_name = ${mechanism}
  server_socket = ${dir}/dovecot/run/auth-client
  server_set_id = $auth1`;
  return `
exim_path = ${dir}/exim/bin/exim
exim_user = ${name}
exim_group = ${group}
deliver_drop_privilege = true
primary_hostname = localhost
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${smtpPort}
spool_directory = ${dir}/exim/spool
log_file_path = ${dir}/log/exim-%s.log
pid_file_path = ${dir}/exim/exim.pid
domainlist local_domains = *.mssante.fr
message_size_limit = ${maxSize}
smtp_accept_max = 200
smtp_accept_max_per_connection = 0
smtp_accept_queue_per_connection = 0
tls_advertise_hosts = *
tls_certificate = ${dir}/pki/server.pem
tls_privatekey = ${dir}/pki/server.key
tls_verify_certificates = ${dir}/pki/ca.pem
${crl ? `tls_crl = ${dir}/pki/crl.pem` : ''}
${required ? 'tls_verify_hosts' : 'tls_try_verify_hosts'} = *
dsn_advertise_hosts = *
chunking_advertise_hosts =
pipelining_advertise_hosts = *
auth_advertise_hosts = \${if eq{$tls_in_cipher}{}{}{*}}
host_lookup =
rfc1413_hosts =
never_users =
trusted_users = ${name}
bounce_return_size_limit = 64K
acl_smtp_mail = acl_mail
acl_smtp_rcpt = acl_rcpt
acl_smtp_data = acl_data
begin acl
acl_mail:
  deny    condition = \${if eq{$tls_in_cipher}{}}
          message   = 5.7.0 Must issue a STARTTLS command first
  accept  authenticated = *
  accept  condition = \${if eq{$tls_in_certificate_verified}{1}}
  deny    message   = 5.7.0 Authentication required
acl_rcpt:
  deny    local_parts = ^inconnu
          message = 5.1.1 <$local_part@$domain>: User unknown
  deny    local_parts = ^plein
          message = 5.2.2 <$local_part@$domain>: Mailbox full
  defer   local_parts = ^lent
          message = 4.7.1 <$local_part@$domain>: Try again later
  accept  domains = +local_domains
  deny    message = 5.7.1 Domain $domain is not on the allow list
acl_data:
  accept
begin routers
fail_later:
  driver = redirect
  domains = +local_domains
  local_parts = ^rebond
  allow_fail
  data = :fail: 5.2.1 mailbox closed by its owner
local:
  driver = accept
  domains = +local_domains
  transport = lmtp
begin transports
lmtp:
  driver = lmtp
  socket = ${dir}/dovecot/run/lmtp
  batch_max = 50
  return_path_add
  user = ${name}
  group = ${group}
begin retry
* * F,1h,1m
begin rewrite
begin authenticators
${['PLAIN', 'XOAUTH2', 'OAUTHBEARER'].map(authenticator).join('\n')}
`;
}
