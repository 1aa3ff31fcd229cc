import { finding } from '../../internal/finding.ts';
import { element, fragment, readXml, text, type Xml } from '../../internal/xml/index.ts';
import { isCog } from '../birth-place.ts';
import { plainDate } from '../dates.ts';
import { matriculeParts } from '../ins/key.ts';
import { normalizeBirthName, normalizeGivenName } from '../names.ts';
import type { PatientInput } from '../patient.ts';
import { refusal } from '../refusal.ts';
import { traitRules } from '../trait-rules.ts';
import type { InsiSender, InsiTraitsQuery, InsiVitaleQuery, VitaleNumber } from './model.ts';
import { insiRules } from './rules.ts';

const bamNs = 'urn:siram:bam:ctxbam';
const lpsNs = 'urn:siram:lps:ctxlps';
const traitsNs = 'http://www.cnamts.fr/INSiRecSans';
const vitaleNs = 'http://www.cnamts.fr/INSiRecVit';

/**
 * Actions of the two operations.
 *
 * @see CNAM, service description ServiceIdentiteCertifiee v1
 */
const actions = {
  traits: 'urn:ServiceIdentiteCertifiee:1.0.0:rechercherInsAvecTraitsIdentite',
  vitale: 'urn:ServiceIdentiteCertifiee:1.0.0:rechercherInsAvecCarteVitale',
} as const;

const rules = { ...traitRules, ...insiRules };

function refuse(rule: keyof typeof rules, path: string): never {
  throw refusal('TE_INPUT_INVALID', [finding(rules, rule, { path })]);
}

function child(prefix: string, name: string, value: string | undefined): Xml | undefined {
  return value === undefined ? undefined : element(`${prefix}:${name}`, null, text(value));
}

/** A question, ready to be sent. */
export interface InsiQuestion {
  readonly action: string;
  /** The element of the body. */
  readonly body: Xml;
  /** What the answer must repeat; `null` where it may differ. */
  readonly asked: AskedTraits | null;
}

/** Traits in the form that is sent. */
export interface AskedTraits {
  readonly birthName: string;
  readonly sex: 'M' | 'F';
  readonly birthDate: string;
}

/**
 * Search by traits.
 *
 * @see CNAM, service description ServiceIdentiteCertifiee v1, INSi_RECSANS_INS
 * @throws TerrESanteError `TE_INPUT_INVALID`, `TE_NAME_INVALID`
 */
export function traitsQuestion(query: InsiTraitsQuery): InsiQuestion {
  const { birthDate, birthPlace, firstNames } = query;
  const sex: string = query.sex;
  if (sex !== 'M' && sex !== 'F') refuse('IDENTITY-INSI-SEX', 'sex');
  if (plainDate(birthDate) === null) refuse('IDENTITY-DATE', 'birthDate');
  if (birthPlace !== undefined && !isCog(birthPlace)) {
    refuse('IDENTITY-COG', 'birthPlace');
  }
  if (firstNames.length > 30) refuse('IDENTITY-INSI-FIRST-NAMES', 'firstNames');

  const birthName = normalizeBirthName(query.birthName);
  const given = firstNames.map((firstName) => normalizeGivenName(firstName));
  const body = element(
    't:RECSANSVITALE',
    { 'xmlns:t': traitsNs },
    child('t', 'NomNaissance', birthName),
    ...given.map((firstName) => child('t', 'Prenom', firstName)),
    child('t', 'Sexe', sex),
    child('t', 'DateNaissance', birthDate),
    child('t', 'LieuNaissance', birthPlace),
  );

  return { action: actions.traits, body, asked: { birthName, sex, birthDate } };
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

/**
 * Search with a carte Vitale. The card is a key only: the answer holds the traits of the register,
 * which may not be those that are printed on it.
 *
 * @see CNAM, service description ServiceIdentiteCertifiee v1, INSi_RECVITALE_INS
 * @throws TerrESanteError `TE_INPUT_INVALID`, `TE_NAME_INVALID`
 */
export function vitaleQuestion(query: InsiVitaleQuery): InsiQuestion {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(query.birthDate)) {
    refuse('IDENTITY-INSI-DATE', 'birthDate');
  }

  const body = element(
    't:RECVITALE',
    { 'xmlns:t': vitaleNs },
    numberOf('MatriculeIndividu', query.individual),
    numberOf('MatriculeOD', query.holder),
    child('t', 'NomNaissance', normalizeBirthName(query.birthName)),
    child('t', 'DateNaissance', query.birthDate),
    child('t', 'RangNaissance', query.birthRank),
  );
  return { action: actions.vitale, body, asked: null };
}

/**
 * Whose INS is to be verified.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID`
 * @see Référentiel national d'identitovigilance: the téléservice is not called for an identity that
 *   is doubtful or fictitious
 */
export function requireVerifiable({ ins, identityAttributes = [] }: PatientInput, path: string): void {
  if (!ins) refuse('IDENTITY-INSI-NO-INS', `${path}.ins`);
  if (identityAttributes.some((attribute) => attribute === 'DOUT' || attribute === 'FICT')) {
    refuse('IDENTITY-INSI-DOUBTFUL', `${path}.identityAttributes`);
  }
}

/** An assertion that goes with a question, once it is sure that it is one; its bytes stay. */
export function requireAssertion(assertion: string): string {
  const { localName, namespace } = readXml(assertion);
  if (localName !== 'Assertion' || namespace !== 'urn:oasis:names:tc:SAML:2.0:assertion') {
    refuse('IDENTITY-INSI-ASSERTION', 'assertion');
  }
  return assertion;
}

/** When and by whom a question is asked. */
export interface InsiContext {
  readonly sender: InsiSender;
  /** Of the context of the call, and of that of the software. */
  readonly ids: readonly [string, string];
  /** ISO 8601, UTC. */
  readonly time: string;
}

/**
 * The two headers that the service asks for beside those of the standards: context of the call and
 * context of the software.
 *
 * @see CNAM, CTXBAM_V01_02 and CTXLPS_V01_00
 */
export function contextHeaders(context: InsiContext): string {
  return `${contextBam(context)}${contextLps(context)}`;
}

/** Who and when; no card is read, so its coverage is empty. */
function contextBam({ sender, ids, time }: InsiContext): Xml {
  return element(
    'b:ContexteBAM',
    { 'xmlns:b': bamNs, Version: '01_02' },
    contextHead('b', ids[0], time, sender),
    element('b:COUVERTURE', null),
  );
}

/** The software, with its authorisation number. */
function contextLps({ sender, ids, time }: InsiContext): Xml {
  const { authorizationNumber, softwareName, softwareVersion, instanceId } = sender;

  return element(
    'l:ContexteLPS',
    { 'xmlns:l': lpsNs, Nature: 'CTXLPS', Version: '01_00' },
    contextHead('l', ids[1], time, sender),
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
