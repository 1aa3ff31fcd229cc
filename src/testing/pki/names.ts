import type { Professional, Structure } from '../../identity/index.ts';
import type { Name } from './certificate.ts';
import type { StringType } from './der-writer.ts';

/** Milliseconds. */
export const day = 86_400_000;

/** OIDs of the attributes of a name. */
export const at = {
  c: '2.5.4.6',
  o: '2.5.4.10',
  ou: '2.5.4.11',
  cn: '2.5.4.3',
  sn: '2.5.4.4',
  gn: '2.5.4.42',
  title: '2.5.4.12',
  st: '2.5.4.8',
} as const;

const professionLabels: Readonly<Record<string, string>> = {
  '10': 'Médecin',
  '21': 'Pharmacien',
  '40': 'Chirurgien-Dentiste',
  '60': 'Infirmier',
};

/** Subject of a CPS card: surname, given name and national identifier share one relative name. */
export function cardName(professional: Professional, type: StringType): Name {
  const { nationalId, familyName, givenName, professionCode } = professional;

  return [
    [[at.c, 'FR']],
    [[at.title, professionLabels[professionCode] ?? 'Professionnel de santé', type]],
    [
      [at.sn, familyName, type],
      ...(givenName === undefined ? [] : [[at.gn, givenName, type] as const]),
      [at.cn, nationalId, type],
    ],
  ];
}

export function structureName(structure: Structure, use: string, type: StringType): Name {
  return [
    [[at.c, 'FR']],
    [[at.st, 'Paris (75)', type]],
    [[at.o, structure.name, type]],
    [[at.ou, structure.nationalId, type]],
    [[at.cn, use, type]],
  ];
}
