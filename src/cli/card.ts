import { isAbsolute } from 'node:path';
import { parseArgs } from 'node:util';
import {
  createPkcs11Provider,
  type CardInfo,
  type CardPractice,
  type CardReader,
  type Pkcs11Provider,
  type Pkcs11ProviderOptions,
} from '../auth/index.ts';
import { safeJson } from './inspect/rows.ts';
import { askPin } from './pin.ts';
import type { CliIo, Command, ExitCode } from './io.ts';
import { say } from './language.ts';
import { usageError } from './options.ts';

const help = {
  fr: `usage: terr-esante card [--practices] [--library FICHIER] [--card N] [--pass-env NOM]... [--json] [--lang fr|en]

Lecteurs, porteur, certificats et leurs fins ; avec --practices aussi les activités du porteur, après le code porteur, demandé
dans le terminal, sans l'afficher, jamais pris sur la ligne de commande.
--library : chemin absolu de la bibliothèque PKCS#11 (celle de la Cryptolib CPS par défaut). --card : laquelle de plusieurs
cartes, à partir de 0. --pass-env : une variable de cet environnement dont la bibliothèque a besoin.

code de sortie : 0 utilisable, 1 certificat expiré ou pas encore valide ou code bloqué, 2 pas de carte utilisable ou usage.
`,
  en: `usage: terr-esante card [--practices] [--library FILE] [--card N] [--pass-env NAME]... [--json]

Readers, holder, certificates and their ends; with --practices also the practices of the holder, after the PIN, which
is asked on the terminal, not shown and never taken from the command line.
--library: absolute path of the PKCS#11 library (that of the Cryptolib CPS by default). --card: which of several cards,
from 0. --pass-env: a variable of this environment that the library needs.

exit code: 0 usable, 1 expired or not yet valid certificate or blocked PIN, 2 no usable card or usage.
`,
};

const kinds = { cps: 'carte CPS', contactless: 'carte CPS sans contact', other: 'autre carte' } as const;
const uses = { signature: 'signature', authentication: 'authentification' } as const;
const pins = {
  ok: 'aucune erreur en cours',
  low: 'une erreur au moins a été faite',
  final: 'dernier essai avant blocage',
  locked: 'bloqué',
} as const;

const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
const environments = { test: 'TEST', production: 'réelle' } as const;

/** Why a certificate cannot be used now; empty when it can. */
function state(now: number, notBefore: number, notAfter: number): string {
  if (now > notAfter) return ' (expiré)';
  return now < notBefore ? ' (pas encore valide)' : '';
}

function asText(
  readers: readonly CardReader[],
  { holder, certificates, specialtyCode, pin, reader }: CardInfo,
  practices: readonly CardPractice[] | null,
  now: number,
): string {
  const or = (value: string | null): string => value ?? '(inconnu)';

  const lines = readers.map(
    ({ name, card }) => `lecteur     ${name} : ${card === null ? 'vide' : kinds[card]}${name === reader ? ' *' : ''}`,
  );

  lines.push(
    `porteur     ${or(holder.familyName)} ${holder.givenName ?? ''}, ${or(holder.nationalId)}`,
    `profession  ${or(holder.title ?? holder.professionCode)}, savoir-faire ${or(specialtyCode)}`,
    `émission    ${holder.environment === null ? '(inconnue)' : environments[holder.environment]}`,
    ...certificates.map(
      ({ use, notBefore, notAfter }) =>
        `certificat  ${uses[use]}, du ${day(notBefore)} au ${day(notAfter)}${state(now, notBefore, notAfter)}`,
    ),
    `code        ${pins[pin]}`,
  );

  for (const { index, structureName, structureId, activitySector } of practices ?? []) {
    lines.push(
      `activité ${String(index).padStart(2)} ${or(structureName)}, ${or(structureId)}, secteur ${or(activitySector)}`,
    );
  }

  if (practices?.length === 0) lines.push('activité    aucune sur la carte');
  return `${lines.join('\n')}\n`;
}

function asJson(readers: readonly CardReader[], card: CardInfo, practices: readonly CardPractice[] | null): string {
  const certificates = card.certificates.map(({ use, notBefore, notAfter }) => ({
    use,
    notBefore: new Date(notBefore).toISOString(),
    notAfter: new Date(notAfter).toISOString(),
  }));
  return `${safeJson({ readers, card: { ...card, certificates }, practices })}\n`;
}

/** The command on a given way of opening cards. */
export function cardCommandOn(open: (options: Pkcs11ProviderOptions) => Pkcs11Provider): Command {
  return async (args, io): Promise<ExitCode> => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        library: { type: 'string' },
        practices: { type: 'boolean', default: false },
        card: { type: 'string' },
        'pass-env': { type: 'string', multiple: true, default: [] },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      io.out(say(io, help));
      return 0;
    }

    const { library, card, practices } = values;
    if (library !== undefined && !isAbsolute(library)) throw usageError('--library : chemin absolu attendu.');
    if (card !== undefined && !/^\d{1,3}$/.test(card)) throw usageError('--card : nombre attendu.');
    if (practices && !io.readSecret) throw usageError('--practices : le code porteur se saisit dans un terminal.');

    const provider = open({
      library,
      childEnv: environmentOf(values['pass-env']),
      chooseCard: card === undefined ? undefined : () => Number(card),
      onPinRequired: (request) => askPin(request, io),
    });
    try {
      return await show(provider, values, io);
    } finally {
      await provider.close();
    }
  };
}

/** The variables of this environment that the library needs, where they exist. */
function environmentOf(names: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of names) {
    const value = process.env[name];
    if (value !== undefined) found[name] = value;
  }
  return found;
}

/** Prints what the card holds. */
async function show(
  provider: Pkcs11Provider,
  words: { readonly practices: boolean; readonly json: boolean },
  io: CliIo,
): Promise<ExitCode> {
  const call = { signal: io.signal };
  const readers = await provider.readers(call);
  const card = await provider.card(call);
  const practices = words.practices ? await provider.practices(call) : null;

  const now = Date.now();
  io.out(words.json ? asJson(readers, card, practices) : asText(readers, card, practices, now));

  const unusable = card.certificates.some(({ notBefore, notAfter }) => state(now, notBefore, notAfter) !== '');
  return unusable || card.pin === 'locked' ? 1 : 0;
}

/** `terr-esante card` */
export const cardCommand: Command = cardCommandOn((options) => createPkcs11Provider(options));
