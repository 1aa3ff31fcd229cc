import type { IncomingMessage } from 'node:http';
import { randomBytes } from 'node:crypto';
import type { PlatformDescriptor } from '../../platform/index.ts';
import type { VerifyOptions } from '../assertion/model.ts';
import type { DossierState, PlatformState } from '../state/state.ts';
import { RefusedLaunch, type AskedPage, type PortalReply } from './model.ts';
import { dossierPage, homePage, refusedPage } from './pages.ts';
import { readResponse } from './saml.ts';

/** Options of the simulator about its portal. */
export interface PortalSideOptions {
  readonly state: PlatformState;
  readonly portal: NonNullable<PlatformDescriptor['portal']>;
  readonly assertion: Omit<VerifyOptions, 'now' | 'alone' | 'maxSeconds' | 'audience'>;
  /** Where browsers find it, when another name leads here; `null`: the loopback address. */
  readonly origin: string | null;
  /** Where its dossiers are shown, when that is another host. */
  readonly dossierOrigin: string | null;
  /** Who is logged in where the launch says it of nobody. */
  readonly user: string;
}

/** What a browser was let in for. */
interface Session extends AskedPage {
  readonly dossier: DossierState | null;
}

const acsPath = '/portal/acs';
const contextPath = '/portal/context';
const directPath = '/portal/AccesDirect/';
const sessionPath = '/portal/s/';

const mandatory = [
  ...['Patient.identifier.value', 'Patient.identifier.system', 'Patient.name.family', 'Patient.name.given'],
  ...['Patient.gender', 'Patient.birthDate', 'Address.district', 'InformationEtConsentement'],
  ...['PatientID', 'PatientIDIssuer'],
];

const maxFormBytes = 131_072;

/**
 * The portal of the simulator: takes a launch in each of the three ways, and shows the dossier to
 * whoever may see it. Its pages are an invention; its refusals are those that portals of the
 * country have.
 */
export class PortalSide {
  readonly #options: PortalSideOptions;
  readonly #seen = new Set<string>();
  readonly #sessions = new Map<string, Session>();

  constructor(options: PortalSideOptions) {
    this.#options = options;
  }

  /** What answers under a path; `undefined` where there is no portal. */
  at(path: string): ((request: IncomingMessage) => Promise<PortalReply>) | undefined {
    if (path === acsPath) return this.#answering((request) => this.#onResponse(request));
    if (path === contextPath) return this.#answering((request) => this.#onContext(request));
    if (path.startsWith(directPath)) return this.#answering((request) => this.#onAddress(request, path));
    return path.startsWith(sessionPath) ? this.#answering((request) => this.#onSession(request, path)) : undefined;
  }

  #answering(work: (request: IncomingMessage) => Promise<PortalReply>) {
    return async (request: IncomingMessage): Promise<PortalReply> => {
      try {
        return await work(request);
      } catch (error) {
        if (!(error instanceof RefusedLaunch)) throw error;
        return { status: error.status, html: refusedPage(error.message, `${directPath}TableauDeBord`) };
      }
    };
  }

  async #onResponse(request: IncomingMessage): Promise<PortalReply> {
    const fields = await formOf(request);
    const { assertion, portal, state } = this.#options;
    const page = fields.get('RelayState') ?? '';
    if (!Object.values(portal.pages.value).includes(page)) {
      throw new RefusedLaunch(400, 'relay-state', "Cette page n'existe pas : recommencez depuis votre logiciel.");
    }

    const asked = await readResponse(fields.get('SAMLResponse') ?? '', {
      ...assertion,
      now: state.now,
      audience: portal.audience.value,
      destination: `${this.#originOf(request)}${acsPath}`,
      isKnown: (id) => this.#isKnown(id),
    });
    return this.#enter(request, { ...asked, page });
  }

  async #onContext(request: IncomingMessage): Promise<PortalReply> {
    const fields = await formOf(request);
    const known = new Set([...mandatory, 'Situation']);
    const isWhole = mandatory.every((name) => fields.has(name));
    if (!isWhole || [...fields].some(([name, value]) => value === '' || !known.has(name))) {
      throw new RefusedLaunch(400, 'parameters', 'La demande est incomplète ou mal formée.');
    }

    const patient = { system: fields.get('PatientIDIssuer') ?? '', value: fields.get('PatientID') ?? '' };
    const page = fields.get('Situation') ?? 'contexte';
    return this.#enter(request, { nameId: this.#options.user, patient: { ...patient, kind: 'PI' }, page });
  }

  async #onAddress({ method }: IncomingMessage, path: string): Promise<PortalReply> {
    if (method !== 'GET') throw new RefusedLaunch(405, 'method', 'Cette page se lit seulement.');
    const [page = '', ins, ...more] = path.slice(directPath.length).split('/').map(decodeURIComponent);
    if (more.length > 0) throw new RefusedLaunch(404, 'page', "Cette page n'existe pas.");

    const patient = ins === undefined ? null : { system: '', value: ins, kind: 'NH' as const };
    return this.#show(this.#admit({ nameId: this.#options.user, patient, page }));
  }

  async #onSession({ method }: IncomingMessage, path: string): Promise<PortalReply> {
    if (method !== 'GET') throw new RefusedLaunch(405, 'method', 'Cette page se lit seulement.');
    const session = this.#sessions.get(path.slice(sessionPath.length));
    if (!session) throw new RefusedLaunch(404, 'session', "Cette page n'existe pas.");
    return this.#show(session);
  }

  /** Answers a form by a redirection to an address that says nothing. */
  #enter(request: IncomingMessage, asked: AskedPage): PortalReply {
    const session = this.#admit(asked);
    const id = randomBytes(16).toString('base64url');
    this.#sessions.set(id, session);
    const origin = this.#options.dossierOrigin ?? this.#originOf(request);
    return { status: 303, location: `${origin}${sessionPath}${id}` };
  }

  /** Opening a page of the portal is a connection of the professional. */
  #admit(asked: AskedPage): Session {
    const { state } = this.#options;
    const dossier = asked.patient && this.#find(asked.patient);
    if (asked.patient && !dossier) throw new RefusedLaunch(404, 'dossier', "Ce patient n'a pas de dossier.");
    if (dossier?.state === 'closed') throw new RefusedLaunch(409, 'closed', 'Le dossier du patient est fermé.');
    if (dossier?.blocked.has(asked.nameId)) {
      throw new RefusedLaunch(403, 'blocked', 'Le patient ne vous autorise pas à accéder à son dossier.');
    }
    if (dossier && !dossier.members.has(asked.nameId)) {
      throw new RefusedLaunch(403, 'circle', 'Vous ne faites pas partie du cercle de soins du patient.');
    }

    state.connect(asked.nameId);
    return { ...asked, dossier };
  }

  #find({ system, value, kind }: NonNullable<AskedPage['patient']>): DossierState | null {
    const { state } = this.#options;
    if (kind === 'PI') return state.byLocalId({ system, value }) ?? null;

    const [found, ...others] = state
      .all()
      .filter(({ ins }) => ins?.value === value && (system === '' || ins.oid === system));
    return others.length === 0 ? (found ?? null) : null;
  }

  #show({ dossier, nameId, page }: Session): PortalReply {
    if (dossier) return { status: 200, html: dossierPage(dossier, nameId, page) };

    const followed = this.#options.state.all().filter(({ members }) => members.has(nameId));
    return {
      status: 200,
      html: homePage(followed.map(({ traits }) => `${traits.firstName ?? ''} ${traits.birthName ?? ''}`)),
    };
  }

  #isKnown(id: string): boolean {
    const known = this.#seen.has(id);
    this.#seen.add(id);
    return known;
  }

  /** Its address as the browser wrote it, when it is one of its own. */
  #originOf({ headers, socket }: IncomingMessage): string {
    const { origin } = this.#options;
    const host = headers.host ?? '';
    const own = [`127.0.0.1:${String(socket.localPort)}`, `localhost:${String(socket.localPort)}`];
    if (origin !== null && new URL(origin).host === host) return origin;
    if (own.includes(host)) return `https://${host}`;
    throw new RefusedLaunch(421, 'host', "Cette adresse n'est pas celle du portail.");
  }
}

/** A form, each name once. */
async function formOf(request: IncomingMessage): Promise<Map<string, string>> {
  const type = request.headers['content-type'] ?? '';
  if (request.method !== 'POST' || !/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) {
    throw new RefusedLaunch(405, 'method', 'Cette adresse attend un formulaire.');
  }

  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxFormBytes) throw new RefusedLaunch(413, 'size', 'Le formulaire est trop long.');
    chunks.push(chunk);
  }

  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(Buffer.concat(chunks).toString('utf8'))) {
    if (fields.has(name)) throw new RefusedLaunch(400, 'twice', 'Le formulaire est mal formé.');
    fields.set(name, value);
  }
  return fields;
}
