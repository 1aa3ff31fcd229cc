import type { Finding, Severity } from '../../../errors.ts';

/** Published texts the rules come from. */
export const texts = {
  guide: "Guide d'intégration éO – Terr-eSanté (SILK Informatique)",
  hd: 'HL7 v2.5, section 2.A.33 (type HD) ; lecture déduite',
  nos: 'ANS, nomenclatures des objets de santé',
  vihf: 'CI-SIS, volet Transport synchrone pour client lourd (VIHF)',
  mss: 'ANS, Référentiel socle MSSanté n° 2, clients de messageries',
  assumption: 'Règle de prudence de la bibliothèque',
} as const;

export interface RuleFinding {
  readonly rule: string;
  readonly severity: Severity;
  readonly path: string;
  readonly message: string;
  readonly messageEn: string;
  readonly found?: string | null | undefined;
  readonly expected?: string | null | undefined;
  readonly fix: string | null;
  readonly reference: string;
}

export function finding({ found = null, expected = null, ...rest }: RuleFinding): Finding {
  return { found, expected, ...rest };
}

/** Says what a value looks like without showing it. */
export function shape(value: string): string | null {
  if (value === '') return null;
  if (/^[0-9]+$/.test(value)) return `${value.length} chiffres`;
  return `${value.length} caractères`;
}
