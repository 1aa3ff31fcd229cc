import { isAbsolute } from 'node:path';
import { TerrESanteError } from '../../errors.ts';
import { systemRuntime, type Runtime } from '../../internal/runtime.ts';
import { inProcessBackend, type Backend } from './backend.ts';
import { childBackend } from './child-backend.ts';
import type { CardEvent, Pkcs11ProviderOptions } from './types.ts';

/** The options of a provider, checked and with their defaults. */
export interface CardSettings {
  readonly runtime: Runtime;
  readonly onPinRequired: Pkcs11ProviderOptions['onPinRequired'];
  readonly pinLength: readonly [least: number, most: number];
  readonly pinTimeoutMs: number;
  readonly callTimeoutMs: number;
  /** 0 keeps the session. */
  readonly idleTimeoutMs: number;
  /** 0 looks at the reader only at each call. */
  readonly pollMs: number;
  /** Path of the file whose class is used in place of ours on `koffi`. */
  readonly moduleFile: string | null;
  startBackend(onEnd: (exit: string) => void): Backend;
  emit(event: CardEvent): void;
}

const leastPollMs = 1_000;

function invalid(option: string, message: string): TerrESanteError {
  return new TerrESanteError('TE_CONFIG_INVALID', message, { details: { option } });
}

function checkOptions({ isolation, module, childFile, pinLength = [4, 4] }: Pkcs11ProviderOptions): void {
  if (typeof module === 'object' && isolation !== 'in-process') {
    throw invalid('module', 'Un module PKCS#11 déjà chargé ne peut servir que dans le processus.');
  }
  if (typeof module === 'string' && !isAbsolute(module)) {
    throw invalid('module', 'Le chemin du module doit être absolu.');
  }
  if (childFile !== undefined && !isAbsolute(childFile)) {
    throw invalid('childFile', 'Le chemin du fichier du processus enfant doit être absolu.');
  }

  const [least, most] = pinLength;
  if (!(least >= 1 && least <= most && most <= 32)) {
    throw invalid('pinLength', 'Longueurs du code porteur incohérentes.');
  }
}

/** Where the native library runs: in a process of its own unless the host asks otherwise. */
function startBackend(options: Pkcs11ProviderOptions, onEnd: (exit: string) => void): Backend {
  const { isolation, module, childFile, childEnv = {} } = options;
  if (isolation === 'in-process') return inProcessBackend(typeof module === 'object' ? module : null);

  return childBackend(childFile, childEnv, onEnd);
}

/** @throws TerrESanteError `TE_CONFIG_INVALID` */
export function readSettings(options: Pkcs11ProviderOptions): CardSettings {
  checkOptions(options);
  const { module, onEvent, pollMs = 2_000 } = options;

  return {
    runtime: options.runtime ?? systemRuntime,
    onPinRequired: options.onPinRequired,
    pinLength: options.pinLength ?? [4, 4],
    pinTimeoutMs: options.pinTimeoutMs ?? 120_000,
    callTimeoutMs: options.callTimeoutMs ?? 20_000,
    idleTimeoutMs: options.idleTimeoutMs ?? 900_000,
    pollMs: pollMs === 0 ? 0 : Math.max(leastPollMs, pollMs),
    moduleFile: typeof module === 'string' ? module : null,
    startBackend: (onEnd) => startBackend(options, onEnd),
    emit: (event) => {
      try {
        onEvent?.(event);
      } catch {
        // A listener's failure is not the card's.
      }
    },
  };
}
