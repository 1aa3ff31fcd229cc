// A refusal as the doctor reads it: the sentence, what to do, and the code for whoever helps.
import { isTerrESanteError } from 'terr-esante-sdk';
import { errorCodes } from 'terr-esante-sdk/conformance';

const rows = new Map(errorCodes().map((row) => [row.code, row]));

/** @returns {{ code: string, message: string, hints: string[], reference: string | null }} */
export function errorView(error) {
  if (!isTerrESanteError(error)) {
    return { code: 'ECRAN', message: "L'écran a rencontré une erreur.", hints: [], reference: null };
  }

  const { code, message, findings, retryable, correlationId } = error;
  const fixes = findings.filter(({ severity }) => severity === 'error').map(({ fix }) => fix);
  const general = rows.get(code)?.doctor;
  const hints = fixes.length > 0 || !general || general === message ? fixes : [general];
  if (retryable) hints.push('Rien n’est perdu : recommencez dans un moment.');
  return { code, message, hints: [...new Set(hints)], reference: correlationId };
}

/** A part of a screen that may fail without taking the others with it. */
export async function section(work) {
  try {
    return { value: await work() };
  } catch (error) {
    return { error: errorView(error) };
  }
}
