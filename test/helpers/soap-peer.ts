import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { announcedAddress } from './announced-address.ts';
import { missing, skipBecause } from './require-tool.ts';

const sources = resolve(import.meta.dirname, '../real/soap-peer');
const builds = resolve(import.meta.dirname, '../../.tmp/soap-peer');
const jars = '/usr/share/java';

/** Of the Debian packages that `.ci/run` installs: JAX-WS RI, what it stands on, Santuario. */
const wanted = [
  ...[
    'jaxws-tools',
    'jaxws-rt',
    'jaxws-api',
    'jws-api',
    'jaxb-xjc',
    'jaxb-runtime',
    'jaxb-core',
    'jaxb-impl',
    'jaxb-api',
  ],
  ...['jaxb-jxc', 'xsom', 'rngom', 'codemodel', 'relaxngDatatype', 'dtd-parser', 'istack-commons-runtime'],
  ...['istack-commons-tools', 'txw2', 'stax-ex', 'streambuffer', 'mimepull', 'saaj-impl', 'javax.activation'],
  ...['javax.xml.soap-api', 'gmbal', 'glassfish-management-api', 'metro-policy', 'xml-resolver', 'FastInfoset'],
  ...['geronimo-annotation-1.3-spec', 'woodstox-core', 'stax2-api', 'xmlsec', 'slf4j-api', 'commons-codec'],
].map((name) => join(jars, `${name}.jar`));

/** A request as the peer saw it. */
export interface PeerLine {
  readonly path: string;
  readonly action: string;
  /** What Apache Santuario says of the assertion in the bytes that came. */
  readonly assertion: 'none' | 'unsigned' | 'valid' | 'invalid';
}

/** A far side for SOAP that this project did not write: JAX-WS RI (Metro). */
export interface SoapPeer {
  readonly url: string;
  readonly log: readonly PeerLine[];
  stop(): void;
}

/** Whether it cannot be had, with the reason printed. */
export function soapPeerMissing(): boolean {
  if (missing('java', 'javac')) return true;
  if (process.env['TERR_DATA'] === undefined) return skipBecause('TERR_DATA names no folder with schemas');
  const absent = wanted.filter((jar) => !existsSync(jar));
  return absent.length > 0 && skipBecause(`not installed: ${absent.join(', ')} (JAX-WS RI of Debian)`);
}

/** Builds it once for each state of its sources, and starts it. */
export async function startSoapPeer(): Promise<SoapPeer> {
  const classes = build();
  const classPath = [classes, ...wanted].join(':');
  const options = [
    '--add-opens',
    'java.base/java.lang=ALL-UNNAMED',
    '-Djavax.xml.accessExternalSchema=all',
    '-Xmx512m',
  ];
  const child = spawn('java', [...options, '-cp', classPath, 'Peer'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const log: PeerLine[] = [];
  const url = await announcedAddress(child, log);
  if (url === null) throw new Error('the SOAP peer ended before it was ready');
  return { url, log, stop: () => void child.kill() };
}

function build(): string {
  const files = readdirSync(sources).map((name) => join(sources, name));
  const state = createHash('sha256');
  for (const file of files) state.update(readFileSync(file));
  const done = join(builds, state.digest('hex').slice(0, 16));
  if (existsSync(done)) return done;

  const work = `${done}.${String(process.pid)}`;
  mkdirSync(join(work, 'gen'), { recursive: true });
  const xsd = pathToFileURL(resolve(process.env['TERR_DATA'] ?? '', 'xsd')).href;
  for (const [name, ...more] of [['xds'], ['insi', '-p', 'insi'], ['dossier', '-p', 'dossier']] as const) {
    const wsdl = join(work, `${name}.wsdl`);
    writeFileSync(wsdl, readFileSync(join(sources, `${name}.wsdl`), 'utf8').replaceAll('@XSD@', xsd));
    generate(work, wsdl, more);
  }

  const written = readdirSync(join(work, 'gen'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.java'),
  );
  for (const name of written) keepEnumerations(join(work, 'gen', name));
  const java = [...files.filter((file) => file.endsWith('.java')), ...written.map((name) => join(work, 'gen', name))];
  run('javac', ['-nowarn', '-cp', wanted.join(':'), '-d', join(work, 'classes'), ...java]);
  renameSync(join(work, 'classes'), done);
  rmSync(work, { recursive: true });
  return done;
}

function generate(work: string, wsdl: string, more: readonly string[]): void {
  const tool = ['-Djavax.xml.accessExternalSchema=all', '-cp', wanted.join(':'), 'com.sun.tools.ws.WsImport'];
  run('java', [...tool, '-Xnocompile', '-extension', '-quiet', ...more, '-s', join(work, 'gen'), '-keep', wsdl]);
}

/**
 * The stack judges requests by a schema that it writes again from the classes. An element of an
 * enumerated type is marked as a plain string in them: the values would be lost.
 */
function keepEnumerations(file: string): void {
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('@XmlSchemaType(name = "string")', ''));
}

function run(command: string, args: readonly string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}
