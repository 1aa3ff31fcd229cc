import { TerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { refuseArgument } from '../../internal/border.ts';
import type { Directory, DirectoryMailbox } from '../../transport/index.ts';
import { mssAddressProblem, parseMssAddress } from '../../transport/mss/address.ts';
import type { CareRecipient, CareRecipients, UsedMailbox } from './model.ts';

/** A mailbox that a letter may go to. */
type Chosen = UsedMailbox & { readonly exact: string };

/**
 * The mailboxes to choose from: of a professional those of programs are never given.
 *
 * @throws TerrESanteError `TE_UNSUPPORTED`, `TE_INPUT_INVALID`, those of the directory
 */
export async function offeredTo(
  directory: Directory | undefined,
  { rpps, finess }: Pick<CareRecipient, 'rpps' | 'finess'>,
  call: CallOptions,
): Promise<CareRecipients> {
  if (!directory) throw withoutDirectory();

  const { value, asOf, stale } = await listed(directory, { rpps, finess }, call);
  return { mailboxes: value, asOf, stale };
}

function listed(
  directory: Directory,
  { rpps, finess }: Pick<CareRecipient, 'rpps' | 'finess'>,
  call: CallOptions,
): ReturnType<Directory['mailboxesOfStructure']> {
  if (rpps !== undefined) return directory.mailboxesOfProfessional({ rpps, finess }, call);
  return finess === undefined
    ? refuseArgument('to', 'rpps ou finess attendu')
    : directory.mailboxesOfStructure({ finess }, call);
}

/**
 * The mailbox of a letter: the one that is named, when it is of that recipient, or the only one. A
 * mailbox of a program takes no letter of a person unless that is said and documents go with it.
 *
 * @throws TerrESanteError `TE_CONFLICT`, `TE_NOT_FOUND`, `TE_RECIPIENT_UNKNOWN`,
 *   `TE_ADDRESS_INVALID`, `TE_UNSUPPORTED`, `TE_INPUT_INVALID`, those of the directory
 *
 * @see ANS, Annuaire Santé, API FHIR version 2: a mailbox has a type, an owner and a period
 */
export async function mailboxFor(
  directory: Directory | undefined,
  to: CareRecipient,
  hasDocuments: boolean,
  call: CallOptions,
): Promise<Chosen> {
  const address = to.address === undefined ? undefined : professionalAddress(to.address);
  if (to.isProgram && !hasDocuments) refuseArgument('to.isProgram', 'documents attendus dans le courrier');

  const isNamed = to.rpps !== undefined || to.finess !== undefined;
  if (!isNamed) {
    return address === undefined ? refuseArgument('to', 'destinataire attendu') : alone(directory, address, to, call);
  }
  if (!directory) throw withoutDirectory();

  const { value, stale } = await listed(directory, to, call);
  const usable = value.filter(({ type }) => (type === 'APP') === (to.isProgram === true));
  const found = address === undefined ? onlyOne(usable) : value.find((mailbox) => isSame(mailbox.address, address));
  if (!found) throw notListed(address === undefined);

  return usedMailbox(found, to, stale ? 'stale' : 'listed');
}

/** A mailbox without its owner, as an answer has it: the directory is asked who that is. */
async function alone(
  directory: Directory | undefined,
  address: string,
  to: CareRecipient,
  call: CallOptions,
): Promise<Chosen> {
  if (!directory) return { address, exact: address, type: null, owner: null, directory: 'not-asked' };

  const { value: owner, stale } = await directory.resolve(address, call);
  if (!owner) return { address, exact: address, type: null, owner: null, directory: 'unknown' };

  const { rpps, finess } = owner;
  const who = rpps === null ? { finess: finess ?? undefined } : { rpps };
  const of = who.finess === undefined && rpps === null ? [] : (await listed(directory, who, call)).value;
  const mailbox = of.find((candidate) => isSame(candidate.address, address));
  if (mailbox) return usedMailbox(mailbox, to, stale ? 'stale' : 'listed');
  return { address, exact: address, type: null, owner, directory: stale ? 'stale' : 'listed' };
}

function usedMailbox(
  { address, type, owner }: DirectoryMailbox,
  { isProgram = false }: CareRecipient,
  directory: UsedMailbox['directory'],
): Chosen {
  if (type === 'APP' && !isProgram) {
    throw new TerrESanteError('TE_RECIPIENT_UNKNOWN', "Cette boîte est lue par un programme : personne n'y lit.", {
      details: { reason: 'program' },
    });
  }
  return { address, exact: address, type, owner, directory };
}

/** The only mailbox; one that stands at several places is one. */
function onlyOne(mailboxes: readonly DirectoryMailbox[]): DirectoryMailbox | undefined {
  const distinct = new Map(mailboxes.map((mailbox) => [mailbox.address.toLowerCase(), mailbox]));
  if (distinct.size > 1) {
    throw new TerrESanteError('TE_CONFLICT', "L'annuaire donne plusieurs boîtes : choisissez-en une.", {
      details: { reason: 'several-mailboxes', count: distinct.size },
    });
  }
  return distinct.values().next().value;
}

/** A patient is written to otherwise: the mailbox follows from a qualified identity. */
function professionalAddress(text: string): string {
  const { address, isPatient } = parseMssAddress(text);
  if (!isPatient) return address;
  throw new TerrESanteError('TE_ADDRESS_INVALID', "L'adresse est celle d'un patient, pas d'un professionnel.", {
    details: { problem: mssAddressProblem(text) ?? 'patient' },
  });
}

const isSame = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();

function notListed(isNone: boolean): TerrESanteError {
  return isNone
    ? new TerrESanteError('TE_NOT_FOUND', "L'annuaire ne donne aucune boîte à ce destinataire.", {
        details: { reason: 'no-mailbox' },
      })
    : new TerrESanteError('TE_RECIPIENT_UNKNOWN', "L'annuaire ne donne pas, ou plus, cette boîte à ce destinataire.", {
        details: { reason: 'not-listed' },
      });
}

function withoutDirectory(): TerrESanteError {
  return new TerrESanteError('TE_UNSUPPORTED', "L'annuaire n'est pas configuré (directory).", {
    details: { operation: 'mail.recipients' },
  });
}
