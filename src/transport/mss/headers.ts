import { TerrESanteError } from '../../errors.ts';
import { headerText } from './text.ts';

/**
 * Label of a sender: `<Titre>_<Prénom>_<NOM>_<Entité>` for a personal mailbox, the entity alone for
 * the others. Example: `DR_Anne_EXEMPLE`.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID` without family name nor entity, or with forbidden
 *   characters.
 *
 * @see ANS, Référentiel socle MSSanté n° 2, exigence ECO.2.2.7
 * @group MSSanté message
 */
export function senderLabel(parts: {
  /** Exercise title, for example `DR`. */
  readonly title?: string | undefined;
  readonly givenName?: string | undefined;
  readonly familyName?: string | undefined;
  /** Functional entity: a service, a practice. */
  readonly entity?: string | undefined;
}): string {
  const { title, givenName, familyName, entity } = parts;
  const words = familyName ? [title, givenName, familyName.toLocaleUpperCase('fr'), entity] : [entity];
  const label = words.filter((word) => word !== undefined && word.trim() !== '').join('_');

  if (label === '') {
    throw new TerrESanteError('TE_INPUT_INVALID', "Le libellé de l'expéditeur est vide.", {
      details: { field: 'label' },
    });
  }
  return headerText(label, 'label', 200);
}

/** The `X-MSS-*` values of one message. */
export interface MssHeaderValues {
  /** Codes of the CDA documents of the archive; none when no archive is attached. */
  readonly cdaCodes?: readonly string[] | undefined;
  readonly qualifiedIns?: boolean | undefined;
  /** Product reference number of the ANS declaration platform. */
  readonly nil?: string | undefined;
  /** Tells a patient that no answer is expected any more. */
  readonly endsExchange?: boolean | undefined;
}

/** The library rewrites the case of header names; this gives the published spelling back. */
const published: ReadonlyMap<string, string> = new Map([
  ['X-Mss-Codecda', 'X-MSS-CODECDA'],
  ['X-Mss-Ins', 'X-MSS-INS'],
  ['X-Mss-Mes', 'X-MSS-MES'],
  ['X-Mss-Nil', 'X-MSS-NIL'],
]);

export function publishedHeaderName(name: string): string {
  return published.get(name) ?? name;
}

/**
 * `X-MSS-CODECDA` and `X-MSS-INS` go only with an archive; `X-MSS-NIL` with every message of a
 * declared product; `X-MSS-MES` with the last message of an exchange with a patient.
 *
 * @see ANS, Référentiel socle MSSanté n° 2, exigences ECO.2.4.1 to ECO.2.4.3 and ECO.2.2.8
 */
export function mssHeaders(values: MssHeaderValues): Record<string, string> {
  const { cdaCodes = [], qualifiedIns = false, nil, endsExchange = false } = values;
  const headers: Record<string, string> = {};

  if (cdaCodes.length > 0) {
    if (!cdaCodes.every((code) => /^[A-Z0-9_-]{1,20}$/.test(code))) throw invalid('cdaCodes');
    headers['X-MSS-CODECDA'] = cdaCodes.join(',');
    headers['X-MSS-INS'] = qualifiedIns ? 'O' : 'N';
  }

  if (nil !== undefined) {
    if (!/^[A-Za-z0-9._/-]{1,64}$/.test(nil)) throw invalid('nil');
    headers['X-MSS-NIL'] = nil;
  }

  if (endsExchange) headers['X-MSS-MES'] = 'FIN';
  return headers;
}

function invalid(field: string): TerrESanteError {
  return new TerrESanteError('TE_INPUT_INVALID', "Un en-tête MSSanté a une valeur qui n'est pas admise.", {
    details: { field },
  });
}
