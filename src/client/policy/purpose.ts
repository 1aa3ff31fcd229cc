import { TerrESanteError } from '../../errors.ts';
import { refuseArgument, type Check, type Checks } from '../../internal/border.ts';
import { callChecks, choice, text } from '../../internal/option-checks.ts';
import type { AccessOptions, Purpose } from '../call.ts';
import type { PlatformDescriptor } from '../../platform/index.ts';

/** Why a dossier is read. */
export interface AccessGround {
  readonly purpose: Purpose;
  /** Of an emergency, in the words of the professional. */
  readonly reason: string | null;
}

export const normalAccess: AccessGround = { purpose: 'normal', reason: null };

/** Longest reason, as a journal and an assertion take it. */
const longestReason = 200;

/** One line: it goes into a journal and into an assertion. */
export const reasonOf: Check<string> = (name, value) => {
  const reason = text(name, value);
  const isLine = reason.length <= longestReason && !/\p{C}/u.test(reason);
  return isLine ? reason : refuseArgument(name, `une ligne de ${longestReason} caractères au plus attendue`);
};

export const accessChecks: Checks<AccessOptions> = {
  ...callChecks,
  purpose: choice('normal', 'emergency', 'regulation-centre'),
  reason: reasonOf,
};

/**
 * Why a dossier is read. An emergency says why, and is offered where the descriptor names it for
 * the operation: nothing is assumed of it. It is good for the one call that gives it.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID` (an emergency without a reason, a reason without an
 *   emergency), `TE_UNSUPPORTED`; nothing is asked of anybody
 * @see ANS, TRE_R248-ModeAcces; GIE SESAM-Vitale, DMP, requirements EX_0.3-1050 and EX_GEN-1560, as
 *   quoted
 */
export function groundOf(
  { capabilities }: Pick<PlatformDescriptor, 'capabilities'>,
  operation: 'dossier.status' | 'documents.list',
  { purpose = 'normal', reason = null }: Partial<AccessGround> | AccessOptions,
): AccessGround {
  const isEmergency = purpose === 'emergency';
  if (isEmergency && reason === null) refuseArgument('reason', "motif de l'accès en urgence attendu");
  if (!isEmergency && reason !== null) refuseArgument('reason', 'motif attendu pour un accès en urgence seulement');

  const isOffered = capabilities?.value[operation]?.purposes?.includes(purpose) === true;
  if (!isEmergency || isOffered) return { purpose, reason };
  throw new TerrESanteError('TE_UNSUPPORTED', "La plateforme n'offre pas l'accès en urgence.", {
    details: { operation, reason: 'purpose', purpose },
  });
}
