import { needed, refuseArgument, type Checks } from '../../internal/border.ts';
import { anyText, callback, count, flag, methods, runtime, text } from '../../internal/option-checks.ts';
import type { HttpClient } from '../http/model.ts';
import type { Directory, DirectoryOptions, ProfessionalQuery, StructureQuery } from './model.ts';

/** A criterion is sent as it is: half of a surrogate pair has no bytes. */
function criterion(name: string, value: unknown): string {
  const given: string = anyText(name, value);
  return Buffer.from(given, 'utf8').toString('utf8') === given ? given : refuseArgument(name, 'texte attendu');
}

/** An address of a service. */
export function address(name: string, value: unknown): string {
  const given = text(name, value);
  return URL.canParse(given) ? given : refuseArgument(name, 'adresse attendue');
}

/** Longest time that an answer may be said to be kept, in milliseconds: a century. */
const longestMs = 36_525 * 86_400_000;

/** What a directory is made with. */
export const directoryChecks: Checks<DirectoryOptions> = {
  http: needed(methods<Pick<HttpClient, 'send'>>('send')),
  apiKey: needed(callback),
  baseUrl: address,
  cacheMs: count(0, longestMs),
  staleMs: count(0, longestMs),
  cacheEntries: count(),
  maxPages: count(1),
  runtime,
};

export const professionalIdChecks: Checks<Parameters<Directory['mailboxesOfProfessional']>[0]> = {
  rpps: needed(text),
  finess: text,
};

export const structureIdChecks: Checks<Parameters<Directory['mailboxesOfStructure']>[0]> = { finess: needed(text) };

export const professionalChecks: Checks<ProfessionalQuery> = {
  family: criterion,
  given: criterion,
  profession: criterion,
  withMailbox: flag,
};

export const structureChecks: Checks<StructureQuery> = {
  name: criterion,
  city: criterion,
  postalCode: criterion,
  withMailbox: flag,
};
