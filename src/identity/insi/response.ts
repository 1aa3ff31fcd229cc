import { TerrESanteError, type Finding } from '../../errors.ts';
import { hasError } from '../../internal/finding.ts';
import {
  attributeOf,
  childElement,
  childElements,
  descendants,
  readXml,
  textOf,
  type ReadElement,
} from '../../internal/xml/index.ts';
import { insKey, matriculeParts } from '../ins/key.ts';
import { checkMatricule } from '../ins/matricule.ts';
import { checkInsOid, findInsOid, type InsEnvironment } from '../ins/oid.ts';
import type { PatientInput } from '../patient.ts';
import { refusal } from '../refusal.ts';
import { isCog } from '../birth-place.ts';
import { placeFromCog, splitFirstNames } from '../wire/model.ts';
import type { InsiAnswer, InsiExchange, InsiIns, InsiTraits } from './model.ts';
import { soapNs } from './request.ts';

const resultNs = 'http://www.cnamts.fr/INSiResultat';
const siramNs = 'urn:siram';
const limits = { maxBytes: 1024 * 1024, maxElements: 5000, maxDepth: 40 };

function protocolError(message: string): TerrESanteError {
  return new TerrESanteError('TE_PROTOCOL', message);
}

/** A code of the service, safe to show: letters, digits and underscore only. */
function safeCode(value: string | undefined): string | null {
  return value !== undefined && /^[A-Za-z0-9_.:-]{1,40}$/.test(value) ? value : null;
}

/**
 * The fault of the service as an error. Its details are codes only: its free text is not known to
 * be free of personal data.
 */
function faultError(fault: ReadElement): TerrESanteError {
  // Prefixes differ from one answer to the next: elements are found by their namespace.
  const nodes = [...descendants(fault)];
  const detail = nodes.find((node) => node.localName === 'Erreur' && node.namespace === siramNs);
  const subcode = nodes.find((node) => node.localName === 'Subcode' && node.namespace === soapNs);
  const value = textOf(childElement(subcode, 'Value', soapNs)).trim();

  const code = safeCode(attributeOf(detail, 'code'));
  // `insi_102` is the technical error of the service: the same question may be asked again later.
  return new TerrESanteError('TE_INSI_FAULT', `Le téléservice INSi a refusé l'appel${code ? ` (${code})` : ''}.`, {
    retryable: code === 'insi_102',
    details: {
      code,
      severity: safeCode(attributeOf(detail, 'severite')),
      subcode: safeCode(value.slice(value.indexOf(':') + 1)),
    },
  });
}

function valueOf(parent: ReadElement | undefined, name: string): string | null {
  const node = childElement(parent, name, resultNs);
  const value = node ? textOf(node).trim() : '';
  return value === '' ? null : value;
}

function dateOf(parent: ReadElement, name: string): string | null {
  const value = valueOf(parent, name);
  return value !== null && /^\d{4}-\d{2}-\d{2}/.test(value) ? value.slice(0, 10) : null;
}

interface ReadIns {
  readonly ins: InsiIns | null;
  readonly findings: readonly Finding[];
}

function readIns(node: ReadElement, environment: InsEnvironment | undefined): ReadIns {
  const findings: Finding[] = [];
  const matricule = checkMatricule(matriculeOf(childElement(node, 'IdIndividu', resultNs)), findings);

  const oid = valueOf(node, 'OID');
  const wrongOid = checkInsOid(oid, environment, 'ins.oid');
  if (wrongOid) findings.push(wrongOid);

  const entry = findInsOid(oid);
  if (matricule === null || entry === null || hasError(findings)) return { ins: null, findings };

  const period = { from: dateOf(node, 'DateDeb'), until: dateOf(node, 'DateFin') };
  return { ins: { value: matricule.text, oid: entry.oid, kind: entry.kind, ...period }, findings };
}

/**
 * The key is optional in the answer: it is computed when it is absent, and checked when it is
 * there.
 */
function matriculeOf(id: ReadElement | undefined): string | null {
  const body = valueOf(id, 'NumIdentifiant');
  if (body === null) return null;

  const key = valueOf(id, 'Cle');
  if (key !== null) return body + key;
  return matriculeParts(`${body}00`) ? body + insKey(body) : body;
}

function readTraits(node: ReadElement | undefined): InsiTraits {
  const sex = valueOf(node, 'Sexe');
  return {
    birthName: valueOf(node, 'NomNaissance'),
    firstName: valueOf(node, 'Prenom'),
    birthFirstNames: valueOf(node, 'ListePrenom'),
    sex: sex === 'M' || sex === 'F' ? sex : null,
    birthDate: valueOf(node, 'DateNaissance'),
    birthPlace: valueOf(node, 'LieuNaissance'),
  };
}

function toPatient(traits: InsiTraits, ins: InsiIns, insHistory: readonly InsiIns[]): PatientInput {
  const { birthPlace } = traits;

  return {
    ins,
    insHistory,
    traits: {
      birthName: traits.birthName ?? undefined,
      firstName: traits.firstName ?? undefined,
      birthFirstNames: splitFirstNames(traits.birthFirstNames ?? undefined),
      sex: traits.sex ?? undefined,
      birthDate: traits.birthDate ?? undefined,
      birthPlace: birthPlace !== null && isCog(birthPlace) ? placeFromCog(birthPlace) : undefined,
    },
  };
}

/**
 * Reads an answer of the service, by namespace: prefixes differ from one answer to the next.
 *
 * @throws TerrESanteError `TE_INSI_FAULT`, `TE_PROTOCOL`, `TE_XML_INVALID`, and `TE_INS_INVALID`
 *   when the active INS of an answer is wrong.
 */
export function readAnswer(
  body: Uint8Array,
  exchange: InsiExchange,
  environment: InsEnvironment | undefined,
): InsiAnswer {
  const resultat = resultOf(readXml(body, limits));
  const code = valueOf(childElement(resultat, 'CR', resultNs), 'CodeCR');

  // No identity goes with these results, and none may be chosen.
  if (code === '01') return { result: 'none', exchange };
  if (code === '02') return { result: 'several', exchange };

  const individual = onlyChild(resultat, 'INDIVIDU');
  if (code !== '00' || !individual) throw protocolError("La réponse de l'INSi n'a pas été comprise.");

  return { result: 'found', ...readIndividual(individual, environment), exchange };
}

/** The result inside the envelope; a fault of the service is thrown. */
function resultOf(root: ReadElement): ReadElement {
  const soapBody = root.localName === 'Envelope' ? childElement(root, 'Body', soapNs) : undefined;
  const fault = childElement(soapBody, 'Fault', soapNs);
  if (fault) throw faultError(fault);

  const resultat = childElement(soapBody, 'RESULTAT', resultNs);
  if (!resultat) throw protocolError("La réponse de l'INSi n'a pas été comprise.");
  return resultat;
}

/** The child of this name when there is one and only one. */
function onlyChild(parent: ReadElement, name: string): ReadElement | null {
  const [first, ...others] = childElements(parent, name, resultNs);
  return first && others.length === 0 ? first : null;
}

type Individual = Omit<Extract<InsiAnswer, { readonly result: 'found' }>, 'result' | 'exchange'>;

function readIndividual(individual: ReadElement, environment: InsEnvironment | undefined): Individual {
  const active = onlyChild(individual, 'INSACTIF');
  if (!active) throw protocolError("La réponse de l'INSi ne contient pas une INS active et une seule.");

  const { ins, findings } = readIns(active, environment);
  if (!ins) throw refusal('TE_INS_INVALID', findings);

  // A former INS that is wrong is left out, with its findings.
  const formers = childElements(individual, 'INSHISTO', resultNs).map((node) => readIns(node, environment));
  const history = formers.flatMap((former) => former.ins ?? []);
  const warnings = [...findings, ...formers.flatMap((former) => former.findings)];

  const traits = readTraits(childElement(individual, 'TIQ', resultNs));
  return { ins, history, traits, patient: toPatient(traits, ins, history), warnings };
}
