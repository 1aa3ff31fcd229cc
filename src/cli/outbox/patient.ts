import type { ErasedDeposits, Outbox } from '../../transport/index.ts';
import { safeJson } from '../inspect/rows.ts';
import type { CliIo } from '../io.ts';
import { say } from '../language.ts';
import { usageError } from '../options.ts';
import { patientFile } from '../patient-file.ts';

/** The words of a command that say whose deposits. */
export interface PatientWords {
  readonly 'patient-file'?: string | undefined;
  readonly cancel: boolean;
  readonly json: boolean;
}

/** Everything that the store knows of one patient, a receipt per line; or removes it. */
export async function ofPatient(outbox: Outbox, verb: string, words: PatientWords, io: CliIo): Promise<0> {
  const path = words['patient-file'];
  if (path === undefined) throw usageError('--patient-file est attendu.', '--patient-file is expected.');
  const patient = await patientFile(path, 'patient-file');

  if (verb === 'export') {
    for await (const receipt of outbox.list({ patient })) io.out(`${safeJson(receipt)}\n`);
    return 0;
  }

  const erased = await outbox.erase(patient, { waiting: words.cancel ? 'cancel' : 'refuse' });
  io.out(words.json ? `${safeJson(erased)}\n` : erasedText(erased, io));
  return 0;
}

function erasedText({ deposits, cancelled, left, reports, unassigned }: ErasedDeposits, io: CliIo): string {
  const [d, c, l, r, u] = [deposits, cancelled, left, reports, unassigned].map(String);
  return say(io, {
    fr: `${d} dépôt(s) effacé(s), dont ${c} annulé(s) avant l'envoi ; ${r} rapport(s) effacé(s).
${l} document(s) partis restent là où ils ont été déposés. ${u} dépôt(s) d'une version précédente ne disent pas de quel patient
ils sont : la purge les efface.\n`,
    en: `${d} deposit(s) removed, of which ${c} given up before they were sent; ${r} report(s) removed.
${l} deposit(s) had left: their documents stay where they went. ${u} deposit(s) of an earlier version do not say whose they are:
a purge removes them.\n`,
  });
}
