import { finding } from '../../internal/finding.ts';
import { element, fragment, readXml, text, trustedXml, xmlDeclaration, type Xml } from '../../internal/xml/index.ts';
import { isCog } from '../birth-place.ts';
import { plainDate } from '../dates.ts';
import { matriculeParts } from '../ins/key.ts';
import { normalizeBirthName, normalizeGivenName } from '../names.ts';
import { refusal } from '../refusal.ts';
import { traitRules } from '../trait-rules.ts';
import type { InsiTraitsQuery, InsiVitaleQuery, VitaleNumber } from './model.ts';
import { insiRules } from './rules.ts';

export const soapNs = 'http://www.w3.org/2003/05/soap-envelope';
const wsaNs = 'http://www.w3.org/2005/08/addressing';
const wsseNs = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';
const bamNs = 'urn:siram:bam:ctxbam';
const lpsNs = 'urn:siram:lps:ctxlps';
const traitsNs = 'http://www.cnamts.fr/INSiRecSans';
const vitaleNs = 'http://www.cnamts.fr/INSiRecVit';

/** The two operations of the published service description. */
export const operations = {
  traits: 'urn:ServiceIdentiteCertifiee:1.0.0:rechercherInsAvecTraitsIdentite',
  vitale: 'urn:ServiceIdentiteCertifiee:1.0.0:rechercherInsAvecCarteVitale',
} as const;

/** Who asks: the software, and the structure or professional it acts for. @group INSi */
export interface InsiSender {
  /** Authorisation number of the software (CNDA). */
  readonly authorizationNumber: string;
  readonly softwareName: string;
  readonly softwareVersion: string;
  /** UUID of this installation. */
  readonly instanceId: string;
  /** Organisational unit of the certificate, or NameID of the assertion. */
  readonly emitter: string;
}

const rules = { ...traitRules, ...insiRules };

function refuse(rule: keyof typeof rules, path: string): never {
  throw refusal('TE_INPUT_INVALID', [finding(rules, rule, { path })]);
}

function child(prefix: string, name: string, value: string | undefined): Xml | undefined {
  return value === undefined ? undefined : element(`${prefix}:${name}`, null, text(value));
}

export function traitsBody(query: InsiTraitsQuery): Xml {
  const { birthDate, birthPlace, firstNames } = query;
  const sex: string = query.sex;
  if (sex !== 'M' && sex !== 'F') refuse('IDENTITY-INSI-SEX', 'sex');
  if (plainDate(birthDate) === null) refuse('IDENTITY-DATE', 'birthDate');
  if (birthPlace !== undefined && !isCog(birthPlace)) {
    refuse('IDENTITY-COG', 'birthPlace');
  }
  if (firstNames.length > 30) refuse('IDENTITY-INSI-FIRST-NAMES', 'firstNames');

  const name = normalizeBirthName(query.birthName);
  const given = firstNames.map((firstName) => normalizeGivenName(firstName));

  return element(
    't:RECSANSVITALE',
    { 'xmlns:t': traitsNs },
    child('t', 'NomNaissance', name),
    ...given.map((firstName) => child('t', 'Prenom', firstName)),
    child('t', 'Sexe', sex),
    child('t', 'DateNaissance', birthDate),
    child('t', 'LieuNaissance', birthPlace),
  );
}

function numberOf(name: string, number: VitaleNumber | undefined): Xml | undefined {
  if (!number) return undefined;

  if (!matriculeParts(`${number.body}00`) || (number.key !== undefined && !/^\d{2}$/.test(number.key))) {
    refuse('IDENTITY-INSI-NUMBER', 'number');
  }

  return element(
    `t:${name}`,
    null,
    child('t', 'NumIdentifiant', number.body),
    child('t', 'Cle', number.key),
    child('t', 'TypeMatricule', number.type),
  );
}

export function vitaleBody(query: InsiVitaleQuery): Xml {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(query.birthDate)) {
    refuse('IDENTITY-INSI-DATE', 'birthDate');
  }

  return element(
    't:RECVITALE',
    { 'xmlns:t': vitaleNs },
    numberOf('MatriculeIndividu', query.individual),
    numberOf('MatriculeOD', query.holder),
    child('t', 'NomNaissance', normalizeBirthName(query.birthName)),
    child('t', 'DateNaissance', query.birthDate),
    child('t', 'RangNaissance', query.birthRank),
  );
}

/**
 * Takes an assertion as it was signed: it is read to be sure that it is one, and copied byte for
 * byte.
 */
function securityHeader(assertion: string | undefined): Xml | undefined {
  if (assertion === undefined) return undefined;

  const { localName, namespace } = readXml(assertion);
  if (localName !== 'Assertion' || namespace !== 'urn:oasis:names:tc:SAML:2.0:assertion') {
    refuse('IDENTITY-INSI-ASSERTION', 'assertion');
  }

  const withoutDeclaration = assertion.replace(/^\uFEFF?<\?xml[^>]{0,200}\?>\s{0,20}/, '');
  return element('wsse:Security', { 'xmlns:wsse': wsseNs }, trustedXml(withoutDeclaration));
}

export interface EnvelopeInput {
  readonly operation: keyof typeof operations;
  readonly body: Xml;
  readonly sender: InsiSender;
  readonly assertion: string | undefined;
  /** `uuid:…` */
  readonly messageId: string;
  readonly contextIds: readonly [string, string];
  /** ISO 8601, UTC. */
  readonly time: string;
}

/**
 * SOAP 1.2 envelope with the two contexts, the addressing headers and, when there is one, the
 * assertion.
 */
export function envelope(input: EnvelopeInput): string {
  const { operation, body, assertion, messageId } = input;

  const header = element(
    'soap:Header',
    null,
    securityHeader(assertion),
    contextBam(input),
    contextLps(input),
    element('wsa:Action', { 'xmlns:wsa': wsaNs }, text(operations[operation])),
    element('wsa:MessageID', { 'xmlns:wsa': wsaNs }, text(messageId)),
  );
  return xmlDeclaration + element('soap:Envelope', { 'xmlns:soap': soapNs }, header, element('soap:Body', null, body));
}

/** Context of the call: who and when; no card is read, so its coverage is empty. */
function contextBam({ sender, contextIds, time }: EnvelopeInput): Xml {
  return element(
    'b:ContexteBAM',
    { 'xmlns:b': bamNs, Version: '01_02' },
    contextHead('b', contextIds[0], time, sender),
    element('b:COUVERTURE', null),
  );
}

/** Context of the software, with its authorisation number. */
function contextLps({ sender, contextIds, time }: EnvelopeInput): Xml {
  const { authorizationNumber, softwareName, softwareVersion, instanceId } = sender;

  return element(
    'l:ContexteLPS',
    { 'xmlns:l': lpsNs, Nature: 'CTXLPS', Version: '01_00' },
    contextHead('l', contextIds[1], time, sender),
    element(
      'l:LPS',
      null,
      element('l:IDAM', { R: '4' }, text(authorizationNumber)),
      child('l', 'Version', softwareVersion),
      child('l', 'Instance', instanceId),
      child('l', 'Nom', `urn:lps:${softwareName}:${softwareVersion}`),
    ),
  );
}

function contextHead(prefix: string, id: string, time: string, { emitter }: InsiSender): Xml {
  return fragment(child(prefix, 'Id', id), child(prefix, 'Temps', time), child(prefix, 'Emetteur', emitter));
}
