import { TerrESanteError, type TerrESanteErrorCode } from '../../errors.ts';
import { CKR, ckrName } from './constants.ts';

/** What the engine can say besides a `CKR_*`. */
export type FailureReason =
  | 'library-not-loaded'
  | 'not-pkcs11'
  | 'child-missing'
  | 'module-missing'
  | 'module-unusable'
  | 'not-open'
  | 'key-absent'
  | 'key-ambiguous'
  | 'process-ended'
  | 'unexpected';

/**
 * A failed call, in a shape that crosses the border of a process: numbers and names of calls,
 * nothing of the card.
 */
export class Pkcs11Failure extends Error {
  override readonly name = 'Pkcs11Failure';
  /** `CKR_*` number, `null` when the module was not even reached. */
  readonly ckr: number | null;
  /** Function that failed, for example `C_Sign`. */
  readonly step: string;
  readonly reason: FailureReason | null;
  /** Signal or exit code of an ended process. */
  readonly exit: string | null;
  /** What was found, in words of ours. */
  readonly detail: string | null;

  constructor(init: {
    ckr?: number | null;
    step: string;
    reason?: FailureReason | null;
    exit?: string | null;
    detail?: string | null;
  }) {
    super(init.reason ?? ckrName(init.ckr ?? 0));
    this.ckr = init.ckr ?? null;
    this.step = init.step;
    this.reason = init.reason ?? null;
    this.exit = init.exit ?? null;
    this.detail = init.detail ?? null;
  }
}

/** Keeps the number of a native error and drops its text, which may quote arguments. */
export function toFailure(error: unknown, step: string): Pkcs11Failure {
  if (error instanceof Pkcs11Failure) return error;
  if (typeof error === 'object' && error !== null) {
    const code = 'code' in error ? error.code : undefined;
    if (typeof code === 'number' && Number.isInteger(code) && code > 0) return new Pkcs11Failure({ ckr: code, step });
    const text = error instanceof Error ? /CKR_\w{1,60}:(\d{1,10})/.exec(error.message)?.[1] : undefined;
    if (text !== undefined) return new Pkcs11Failure({ ckr: Number(text), step });
  }
  return new Pkcs11Failure({ step, reason: 'unexpected' });
}

/** Runs one call and names it in its failure. */
export function step<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toFailure(error, name);
  }
}

interface Rule {
  readonly code: TerrESanteErrorCode;
  readonly message: string;
  /**
   * The session, its login and what was made with it are gone: the card is read again from
   * `C_Initialize`.
   */
  readonly ends: boolean;
}

const removed: Rule = {
  code: 'TE_CARD_REMOVED',
  message: 'La carte CPS a été retirée ou remplacée. Remettez-la dans le lecteur puis recommencez.',
  ends: true,
};

const middleware = (ends: boolean): Rule => ({
  code: 'TE_MIDDLEWARE_ERROR',
  message: 'Le composant de lecture de la carte CPS (Cryptolib) a répondu par une erreur.',
  ends,
});

const byNumber = new Map<number, Rule>([
  ...[
    CKR.TOKEN_NOT_PRESENT,
    CKR.SESSION_HANDLE_INVALID,
    CKR.DEVICE_REMOVED,
    CKR.DEVICE_ERROR,
    CKR.OBJECT_HANDLE_INVALID,
    CKR.SLOT_ID_INVALID,
  ].map((ckr): [number, Rule] => [ckr, removed]),
  [
    CKR.TOKEN_NOT_RECOGNIZED,
    { code: 'TE_NOT_A_CPS_CARD', message: "La carte présente n'est pas une carte CPS.", ends: true },
  ],
  [CKR.PIN_INCORRECT, { code: 'TE_PIN_INCORRECT', message: 'Code porteur incorrect.', ends: false }],
  [
    CKR.PIN_LOCKED,
    {
      code: 'TE_PIN_LOCKED',
      message: 'Code porteur bloqué. Débloquez la carte avec son code de déblocage.',
      ends: false,
    },
  ],
  [CKR.PIN_LEN_RANGE, { code: 'TE_PIN_INVALID', message: "Le code porteur n'a pas la forme attendue.", ends: false }],
  [CKR.PIN_INVALID, { code: 'TE_PIN_INVALID', message: "Le code porteur n'a pas la forme attendue.", ends: false }],
  [
    CKR.FUNCTION_CANCELED,
    { code: 'TE_CANCELLED', message: 'Saisie annulée ou délai dépassé sur le lecteur.', ends: false },
  ],
  [CKR.USER_NOT_LOGGED_IN, { code: 'TE_PIN_REQUIRED', message: 'La carte redemande le code porteur.', ends: false }],
  [
    CKR.USER_PIN_NOT_INITIALIZED,
    {
      code: 'TE_CONTACTLESS_NOT_SUPPORTED',
      message: 'Une carte CPS lue sans contact ne peut pas signer. Insérez-la dans le lecteur.',
      ends: true,
    },
  ],
  [
    CKR.USER_ALREADY_LOGGED_IN,
    {
      code: 'TE_MIDDLEWARE_ERROR',
      message: 'Une autre partie du logiciel utilise déjà la carte : fermez-la puis recommencez.',
      ends: true,
    },
  ],
  [
    CKR.OPERATION_ACTIVE,
    { code: 'TE_INTERNAL', message: 'Une opération était déjà en cours sur la carte.', ends: true },
  ],
  [
    CKR.MECHANISM_INVALID,
    {
      code: 'TE_MECHANISM_UNSUPPORTED',
      message: 'Cette carte ne connaît pas le mécanisme de signature demandé.',
      ends: false,
    },
  ],
]);

const byReason: Readonly<Record<FailureReason, Rule>> = {
  'library-not-loaded': {
    code: 'TE_CONFIG_INVALID',
    message: "La bibliothèque PKCS#11 n'a pas pu être chargée : vérifiez son chemin et son architecture.",
    ends: true,
  },
  'not-pkcs11': {
    code: 'TE_CONFIG_INVALID',
    message: "Le fichier indiqué n'est pas une bibliothèque PKCS#11 complète.",
    ends: true,
  },
  'child-missing': {
    code: 'TE_CONFIG_INVALID',
    message:
      "Le fichier du processus qui parle à la carte est introuvable. Dans une application assemblée, donnez dans l'option childFile le chemin absolu d'une copie de terr-esante-sdk/pkcs11-child (require.resolve en donne l'original).",
    ends: true,
  },
  'module-missing': {
    code: 'TE_PEER_MISSING',
    message:
      'Le paquet koffi, qui appelle la bibliothèque de la carte, est absent ou inutilisable : npm install koffi@~3.3.4 (--ignore-scripts convient).',
    ends: true,
  },
  'module-unusable': {
    code: 'TE_PEER_MISSING',
    message: "Le fichier de l'option module est absent ou n'exporte pas de classe PKCS11.",
    ends: true,
  },
  'not-open': removed,
  'key-absent': {
    code: 'TE_SIGNATURE_FAILED',
    message: 'La clé privée de ce certificat est absente de la carte.',
    ends: false,
  },
  'key-ambiguous': {
    code: 'TE_SIGNATURE_FAILED',
    message: "Plusieurs clés privées de la carte portent l'identifiant de ce certificat.",
    ends: false,
  },
  'process-ended': {
    code: 'TE_MIDDLEWARE_ERROR',
    message: "Le processus qui parle à la carte s'est arrêté.",
    ends: true,
  },
  unexpected: middleware(true),
};

export interface MappedFailure {
  readonly error: TerrESanteError;
  readonly ends: boolean;
}

/** Vendor-defined numbers, general errors and what has no number leave the session in doubt. */
function endsByDefault(ckr: number | null): boolean {
  return ckr === null || ckr === CKR.GENERAL_ERROR || ckr >= 0x80000000;
}

function ruleOf({ ckr, reason }: Pkcs11Failure): Rule {
  if (reason !== null) return byReason[reason];
  return (ckr === null ? undefined : byNumber.get(ckr)) ?? middleware(endsByDefault(ckr));
}

/** The error of the SDK for a failed call, and whether the card session is over. */
export function mapFailure(failure: Pkcs11Failure): MappedFailure {
  const { ckr, step: call, reason, exit, detail } = failure;

  if (exit === 'deadline') {
    const error = new TerrESanteError('TE_TIMEOUT', 'La carte ou son composant de lecture ne répond pas.', {
      retryable: false,
      details: { function: call },
    });
    return { error, ends: true };
  }

  const rule = ruleOf(failure);
  const details = {
    function: call,
    ...(ckr !== null && { ckr: ckrName(ckr), number: ckr }),
    ...(reason !== null && { reason }),
    ...(exit !== null && { exit }),
    ...(detail !== null && { detail }),
  };
  return { error: new TerrESanteError(rule.code, rule.message, { details }), ends: rule.ends };
}
