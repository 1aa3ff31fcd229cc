import { insOids, type PatientInput } from '../../../identity/index.ts';
import { isTerrESanteError } from '../../../errors.ts';
import { recordOf } from '../../../internal/border.ts';
import { listOf, patient } from '../../../internal/option-checks.ts';
import { hostAnswer } from '../../../internal/wait.ts';
import { readCareMail, type ReceivedCareMail } from '../../../transport/mss/care-reader.ts';
import { documentsOf, type Unmatched } from './documents.ts';
import { matchPatient } from './match.ts';
import type { InboxDocument, InboxMail, MatchCandidate, PatientMatch, ReadMailOptions } from './model.ts';
import { namedBySender, type Named } from './named.ts';

type Environment = 'production' | 'test';

/** What the reading of one mail goes by. */
interface Reading extends ReadMailOptions {
  readonly environment: Environment;
}

/**
 * Reads a mail and says of each of its documents whose it is. Nothing is filed.
 *
 * @param bytes - `null` when the mailbox could not give them
 */
export async function readInboxMail(bytes: Uint8Array | null, reading: Reading): Promise<InboxMail> {
  if (!bytes) return unreadable;

  let mail: ReceivedCareMail;
  try {
    mail = await readCareMail(bytes);
  } catch (error) {
    if (isTerrESanteError(error) && error.code === 'TE_VALIDATION') return unreadable;
    throw error;
  }

  const { files: _files, ...head } = mail;
  return { ...head, documents: await matched(mail, reading), isUnreadable: false };
}

const unreadable: InboxMail = {
  messageId: null,
  inReplyTo: null,
  from: null,
  origin: 'outside',
  subject: '',
  text: '',
  endsExchange: false,
  documents: [],
  closed: 0,
  isUnreadable: true,
};

async function matched(mail: ReceivedCareMail, reading: Reading): Promise<readonly InboxDocument[]> {
  const unmatched = await documentsOf(mail);
  const finder = new Finder(reading);
  const first: InboxDocument[] = [];
  for (const document of unmatched) first.push(await firstMatch(document, finder));

  const one = onePatient(first, unmatched);
  const sender = mail.from && mail.origin === 'patient' ? namedBySender(mail.from.address, oidOf(reading)) : null;
  const others = sender ? await finder.candidates(sender) : [];
  return one.map((document, index) => placed(document, unmatched[index], { all: one, unmatched, others }));
}

/** The OID of a mailbox address is that of real numbers, or of test ones. */
function oidOf({ environment }: Reading): string {
  const use = environment === 'production' ? 'real' : 'test';
  return insOids.find((known) => known.use === use && known.kind === 'NIR')?.oid ?? '';
}

async function firstMatch(
  { named, aside, bodies: _bodies, ...document }: Unmatched,
  finder: Finder,
): Promise<InboxDocument> {
  const match: PatientMatch =
    aside === null && named ? await finder.match(named) : { outcome: 'aside', reason: aside ?? 'no-identity' };
  return { ...document, copyOf: null, match };
}

/**
 * A mail is about one patient: where its documents are of two, none of them is offered.
 *
 * @see ANS, Référentiel socle MSSanté n° 2, exigence ECO.2.1.1
 */
function onePatient(documents: readonly InboxDocument[], unmatched: readonly Unmatched[]): readonly InboxDocument[] {
  const named = unmatched.flatMap(({ named: who }) => (who?.ins ? [`${who.ins.oid} ${who.ins.value}`] : []));
  if (new Set(named).size < 2) return documents;

  return documents.map((document) => ({ ...document, match: { outcome: 'aside', reason: 'several-patients' } }));
}

interface Around {
  readonly all: readonly InboxDocument[];
  readonly unmatched: readonly Unmatched[];
  /** Patients who have the mailbox that the mail comes from. */
  readonly others: readonly MatchCandidate[];
}

/**
 * A PDF that names nobody follows the document that it is the body of; else it may be of the
 * patient of the mail, or of the patient who wrote, and somebody says so.
 */
function placed(
  document: InboxDocument,
  source: Unmatched | undefined,
  { all, unmatched, others }: Around,
): InboxDocument {
  const { match } = document;
  if (match.outcome !== 'aside' || match.reason !== 'no-identity' || document.kind !== 'pdf') return document;

  const [digest = ''] = source?.bodies ?? [];
  const at = unmatched.findIndex((other) => other.kind === 'cda' && other.bodies.includes(digest));
  const original = all[at];
  if (original) return { ...document, copyOf: original.uniqueId, match: original.match };

  const [beside] = all.flatMap((other) => (other.match.outcome === 'matched' ? [other.match.candidate] : []));
  const candidates: readonly MatchCandidate[] = beside ? [{ ...beside, evidence: 'same-mail' }] : others;
  return candidates.length === 0
    ? document
    : { ...document, match: { outcome: 'to-confirm', reason: 'without-ins', candidates } };
}

/** Asks the host for patients, once for each that the mail names. */
class Finder {
  readonly #reading: Reading;
  readonly #found = new Map<string, Promise<readonly PatientInput[]>>();

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  async match(named: Named): Promise<PatientMatch> {
    return matchPatient(named, await this.#find(named), this.#reading.environment);
  }

  /** Patients with the INS of a mailbox, without any trait to compare. */
  async candidates(named: Named): Promise<readonly MatchCandidate[]> {
    const found = await this.#find(named);
    return found
      .filter(({ ins }) => ins?.value.replaceAll(/[\s.-]/g, '').toUpperCase() === named.ins?.value)
      .map((patient) => ({ patient, evidence: 'sender', comparison: null }));
  }

  #find({ hasBadIns: _bad, ...named }: Named): Promise<readonly PatientInput[]> {
    const key = JSON.stringify(named);
    const known = this.#found.get(key);
    if (known) return known;

    const { find, signal, timeoutMs } = this.#reading;
    const asked = hostAnswer('find', () => find(named), { signal, timeoutMs }).then(checked);
    this.#found.set(key, asked);
    return asked;
  }
}

/** What a host without types may answer. */
function checked(found: readonly PatientInput[]): readonly PatientInput[] {
  const check = listOf<PatientInput>((name, value) => {
    const given: PatientInput = patient(name, value);
    recordOf(`${name}.traits`, given.traits, 'traits attendus');
    return given;
  });
  return check('find()', found);
}
