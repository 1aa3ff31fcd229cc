import type { HeaderActor, HeaderName } from '../model/document.ts';

const titles: Readonly<Record<string, string>> = {
  DR: 'Dr',
  PR: 'Pr',
  MC: 'MC',
  MG: 'MG',
  PC: 'PC',
  PG: 'PG',
  M: 'M.',
  MME: 'Mme',
};

/** HL7 date or date-time as a reader in France writes it, in the time of the document. */
export function frenchTime(value: string | null): string {
  const match = value === null ? null : /^(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?/.exec(value);
  if (!match) return '';

  const [, year = '', month, day, hour, minute] = match;
  const date = [day, month, year].filter(Boolean).join('/');
  return hour === undefined ? date : `${date} à ${hour}:${minute ?? '00'}`;
}

export function frenchInterval(start: string | null, stop: string | null): string {
  if (start !== null && stop !== null) return `du ${frenchTime(start)} au ${frenchTime(stop)}`;
  if (start !== null) return `le ${frenchTime(start)}`;

  return stop === null ? '' : `jusqu'au ${frenchTime(stop)}`;
}

export function fullName(name: HeaderName | null): string {
  if (!name) return '';

  const code = name.suffix ?? name.prefix;
  const title = code === null ? null : (titles[code] ?? code);
  return [title, name.given, name.family].filter(Boolean).join(' ');
}

export function actorLabel(actor: HeaderActor): string {
  const who = actor.device ? `${actor.device.software} (${actor.device.model})` : fullName(actor.name);
  return [who, actor.specialty?.displayName, actor.functionCode?.displayName, actor.organization?.name]
    .filter(Boolean)
    .join(', ');
}

export const sexLabels: Readonly<Record<'M' | 'F' | 'I', string>> = { M: 'Masculin', F: 'Féminin', I: 'Indéterminé' };

export const confidentialityLabels: Readonly<Record<string, string>> = {
  N: 'Normal',
  R: 'Restreint',
  V: 'Très restreint',
};
