import type { Finding } from '../../errors.ts';
import type { DiagnosisStep } from './model.ts';

/** What a step found. */
export type Outcome = Pick<DiagnosisStep, 'state' | 'message'> & Partial<Pick<DiagnosisStep, 'findings'>>;

/** The state of a step from its findings: the worst one gives its sentence. */
export function worst(findings: readonly Finding[], message: string): Outcome {
  const bad =
    findings.find(({ severity }) => severity === 'error') ?? findings.find(({ severity }) => severity === 'warning');
  if (!bad) return { state: 'ok', message, findings };
  return { state: bad.severity === 'error' ? 'error' : 'warning', message: bad.message, findings };
}

export function ok(message: string): Outcome {
  return { state: 'ok', message };
}

export function unknown(message: string): Outcome {
  return { state: 'unknown', message };
}
