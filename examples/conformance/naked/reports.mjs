// What comes back: disposition reports, refusals by mail, delivery failures. Read as text, never as HTML.
import { makes } from './mutant.mjs';

const decodedWords = (text) =>
  text
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?B\?([^?]*)\?=/gi, (_, code) => Buffer.from(code, 'base64').toString('utf8'))
    .replaceAll(/=\?utf-8\?Q\?([^?]*)\?=/gi, (_, code) =>
      Buffer.from(
        code.replaceAll('_', ' ').replaceAll(/=([0-9A-F]{2})/gi, (__, hex) => String.fromCharCode(parseInt(hex, 16))),
        'latin1',
      ).toString('utf8'),
    );

function headersOf(text) {
  const head = text.slice(0, text.search(/\r?\n\r?\n/)).replaceAll(/\r?\n[ \t]+/g, ' ');
  const field = (name) => new RegExp(`^${name}:\\s*(.*)$`, 'im').exec(head)?.[1] ?? '';
  return field;
}

/** The parts before the original, which goes back with each report. */
function fieldsOf(text) {
  const original = text.search(/Content-Type: message\/rfc822/i);
  const own = original < 0 ? text : text.slice(0, original);
  return (name) => new RegExp(`^${name}:\\s*(.*)$`, 'im').exec(own)?.[1]?.trim() ?? null;
}

/** @returns what a message says of which deposit, or `null` when it says nothing */
export function readReport(bytes) {
  const text = bytes.toString('utf8');
  const header = headersOf(text);
  const field = fieldsOf(text);
  const subject = decodedWords(header('Subject'));
  const from = /<?([^<>\s]+@[^<>\s]+)>?\s*$/.exec(header('From'))?.[1]?.toLowerCase() ?? '';
  const ids = [field('Original-Message-ID'), header('In-Reply-To'), ...header('References').split(/\s+/)].filter(
    Boolean,
  );
  const base = { from, subject, ids };

  const disposition = field('Disposition');
  if (disposition) {
    const isError = /processed\/error/i.test(disposition);
    const code = /\b(\d{3})\^/.exec(`${field('Error') ?? ''} ${disposition}`)?.[1] ?? null;
    return { ...base, kind: 'mdn', state: isError ? 'rejected' : 'integrated', code };
  }
  if (/Content-Type: message\/delivery-status/i.test(text) && /^Action: failed/im.test(text)) {
    const id = /^Message-ID:\s*(<[^>]+>)/im.exec(text.slice(text.search(/text\/rfc822-headers/i)))?.[1];
    return { ...base, ids: [id], kind: 'dsn', state: 'undeliverable', code: null };
  }
  if (/^\[(?:KO|Erreur)/.test(subject) && !makes('M35')) {
    const code = /\]\[(\d{3})\]/.exec(subject)?.[1] ?? /^(\d{3}) /m.exec(text)?.[1] ?? null;
    return { ...base, kind: 'ko-mail', state: 'rejected', code };
  }
  return null;
}

/** A report counts from the mailbox that was written to; a delivery failure from the own operator. */
export function mayReport(report, { from, to }) {
  if (makes('M34')) return true;
  const domain = (address) => address.slice(address.indexOf('@') + 1);
  return report.kind === 'dsn' ? domain(report.from) === domain(from) : report.from === to;
}

/** Codes of refusals, as a doctor reads them. */
export const codes = {
  900: 'La version remplacée n’est pas la dernière : déposez de nouveau.',
  901: 'Seul l’auteur du document peut le remplacer : demandez-lui, vous n’êtes pas autorisé.',
  902: 'Identifiant de patient inconnu : vérifiez que le dossier existe.',
  903: 'Le document ne porte pas d’INS : qualifiez l’identité.',
  904: 'Refus 904 : le format du document n’est pas pris en charge.',
  905: 'Refus 905 : le type du document n’est pas pris en charge.',
  906: 'Refus 906 : autre erreur, le document est refusé.',
};
