import { TerrESanteError, type Finding } from '../../errors.ts';
import { hasError } from '../../internal/finding.ts';
import { childElement, childElements, textOf, type ReadElement } from '../../internal/xml/index.ts';
import { insKey, matriculeParts } from '../ins/key.ts';
import { checkMatricule } from '../ins/matricule.ts';
import { checkInsOid, findInsOid, type InsEnvironment } from '../ins/oid.ts';
import type { PatientInput } from '../patient.ts';
import { refusal } from '../refusal.ts';
import { isCog } from '../birth-place.ts';
import { plainDate } from '../dates.ts';
import { placeFromCog, splitFirstNames } from '../wire/model.ts';
import type { InsiAnswer, InsiExchange, InsiIns, InsiTraits } from './model.ts';
import type { AskedTraits } from './request.ts';

const resultNs = 'http://www.cnamts.fr/INSiResultat';

/** The element of an answer. */
export const insiResultName = { localName: 'RESULTAT', namespace: resultNs } as const;

function protocolError(message: string): TerrESanteError {
  return new TerrESanteError('TE_PROTOCOL', message);
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

function readIns(node: ReadElement, environment: InsEnvironment): ReadIns {
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

/** What an answer is read with. */
export interface AnswerContext {
  readonly exchange: InsiExchange;
  readonly environment: InsEnvironment;
  /** What the answer must repeat; `null` where it may differ. */
  readonly asked: AskedTraits | null;
}

/**
 * Reads the result of the service.
 *
 * @param resultat - the `RESULTAT` element
 * @throws TerrESanteError `TE_PROTOCOL`, and `TE_INS_INVALID` when the active INS is wrong
 */
export function readInsiAnswer(resultat: ReadElement, { exchange, environment, asked }: AnswerContext): InsiAnswer {
  const code = valueOf(childElement(resultat, 'CR', resultNs), 'CodeCR');

  // No identity goes with these results, and none may be chosen.
  if (code === '01') return { result: 'none', exchange };
  if (code === '02') return { result: 'several', exchange };

  const individual = onlyChild(resultat, 'INDIVIDU');
  if (code !== '00' || !individual) throw protocolError("La réponse de l'INSi n'a pas été comprise.");

  const found = readIndividual(individual, environment);
  const differs = asked ? differences(asked, found.traits) : [];
  if (differs.length > 0) return { result: 'other-person', differs, exchange };
  return { result: 'found', ...found, exchange };
}

/** Criteria that the answer repeats with another value; what it leaves out tells nothing. */
function differences(asked: AskedTraits, traits: InsiTraits): (keyof AskedTraits)[] {
  const criteria = ['birthName', 'sex', 'birthDate'] as const;

  return criteria.filter((name) => {
    const value = traits[name];
    // A lunar date of the register stands for a day that nobody knows.
    if (name === 'birthDate' && (value === null || plainDate(value) === null)) return false;
    return value !== null && value !== asked[name];
  });
}

/** The child of this name when there is one and only one. */
function onlyChild(parent: ReadElement, name: string): ReadElement | null {
  const [first, ...others] = childElements(parent, name, resultNs);
  return first && others.length === 0 ? first : null;
}

type Individual = Omit<Extract<InsiAnswer, { readonly result: 'found' }>, 'result' | 'exchange'>;

function readIndividual(individual: ReadElement, environment: InsEnvironment): Individual {
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
