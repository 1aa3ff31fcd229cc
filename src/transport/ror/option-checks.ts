import { needed, numberIn, refuseArgument, type Checks } from '../../internal/border.ts';
import {
  callback,
  choice,
  count,
  flag,
  listOf,
  methods,
  options,
  runtime,
  text,
} from '../../internal/option-checks.ts';
import type { HttpClient } from '../http/model.ts';
import type { RorCode, SupportDirectoryOptions, SupportStructureQuery } from './model.ts';

const dayMs = 86_400_000;

const codeChecks: Checks<RorCode> = { system: needed(text), code: needed(text) };
const code = options(codeChecks);

/** Two digits, or `2A` and `2B`, then three digits. */
function commune(name: string, value: unknown): string {
  const given = text(name, value);
  return /^(?:\d{2}|2[AB])\d{3}$/.test(given) ? given : refuseArgument(name, 'code INSEE de commune attendu');
}

function postalCode(name: string, value: unknown): string {
  const given = text(name, value);
  return /^\d{2,5}$/.test(given) ? given : refuseArgument(name, 'code postal attendu, ou ses premiers chiffres');
}

const kilometres = (name: string, value: unknown): number => numberIn(name, value, { min: 1, max: 500, integer: true });

function accessProfile(name: string, value: unknown): SupportDirectoryOptions['accessProfile'] {
  const profiles = [0, 1, 2, 3, 4, 5] as const;
  return profiles.find((profile) => profile === value) ?? refuseArgument(name, "profil d'accès de 0 à 5 attendu");
}

/** What a directory of support structures is made with. */
export const supportDirectoryChecks: Checks<SupportDirectoryOptions> = {
  http: needed(methods<Pick<HttpClient, 'stream'>>('stream')),
  baseUrl: needed(text),
  authorization: needed(callback),
  accessProfile: needed(accessProfile),
  userProfile: needed(code),
  role: needed(code),
  cacheMs: count(0, dayMs),
  cacheEntries: count(1),
  maxPages: count(1),
  runtime,
};

export const supportQueryChecks: Checks<SupportStructureQuery> = {
  kind: choice('DAC', 'CPTS', 'maison-de-sante'),
  category: code,
  commune,
  areas: listOf(code),
  postalCode,
  near: options({ commune: needed(commune), km: needed(kilometres) }),
  specialties: listOf(code),
  patientTypes: listOf(code),
  includeClosed: flag,
};
