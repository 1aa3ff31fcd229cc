import type { PatientInput } from '../identity/index.ts';
import { decodeText } from '../internal/text.ts';
import { smallFile, usageError } from './options.ts';

/**
 * A patient out of a JSON file: an identifier on the command line would be in the history of the
 * shell and in the list of processes. Not judged here.
 */
export async function patientFile(path: string, option: string): Promise<PatientInput> {
  const bytes = await smallFile(path, 1_000_000);
  try {
    const value: unknown = JSON.parse(decodeText(bytes) ?? '');
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as PatientInput;
  } catch {
    // The parser quotes the text around the fault: its message is not kept.
  }
  throw usageError(`--${option} : objet JSON attendu.`, `--${option}: a JSON object is expected.`);
}
