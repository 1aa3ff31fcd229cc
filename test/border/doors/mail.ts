import * as root from '../../../src/index.ts';
import { demoLetterPdf, fictivePatient } from '../../../src/testing/index.ts';
import { rawMail, text } from '../../client/mail/received.ts';
import { directoryOf, listed, mailScene, rpps } from '../../client/mail/scene.ts';
import { door, type DoorSet } from '../door.ts';

const options = { timeoutMs: 3_000 };

/** Mails of care: an outbox that keeps them, whose mail server is not there. */
export function mailDoors(): DoorSet {
  const scene = mailScene({ directory: directoryOf([listed('a@b.mssante.fr')]) });
  const { mail } = scene.te;
  type M = root.MailOperations;
  const letter: root.CareLetter = {
    id: '0d6f6c0e-8f30-4f58-8a55-000000000001',
    subject: 'Question',
    text: 'X',
    pdfCopy: false,
    files: [{ kind: 'pdf', bytes: demoLetterPdf(), fileName: 'x.pdf' }],
    inReplyTo: '<x@b.fr>',
    references: ['<x@b.fr>'],
    replyTo: 'c@b.mssante.fr',
    requestReport: false,
  };
  const to = { rpps, finess: '990000028', address: 'a@b.mssante.fr', isProgram: false };
  const colleague = { ...letter, about: fictivePatient() };
  return {
    doors: [
      door(
        'MailOperations.recipients',
        (...a: Parameters<M['recipients']>) => mail.recipients(...a),
        [{ rpps, finess: '990000028' }, options],
        '0',
        '1',
      ),
      door(
        'MailOperations.send',
        (...a: Parameters<M['send']>) => mail.send(...a),
        [to, colleague, { ...options, patientOpposed: false }],
        '0',
        '1',
        '1.files.0',
        '2',
      ),
      door(
        'MailOperations.read',
        (...a: Parameters<M['read']>) => mail.read(...a),
        [rawMail([text()]), { ...options, find: async () => [] }],
        '1',
      ),
      door(
        'MailOperations.sendToPatient',
        (...a: Parameters<M['sendToPatient']>) => mail.sendToPatient(...a),
        [fictivePatient(), { ...letter, endsExchange: true }, { ...options, patientOpposed: false }],
        '1',
        '2',
      ),
      door(
        'MailOperations.endExchanges',
        (...a: Parameters<M['endExchanges']>) => mail.endExchanges(...a),
        [fictivePatient(), { ...options, patientOpposed: false }],
        '1',
      ),
      door(
        'MailOperations.measure',
        (...a: Parameters<M['measure']>) => mail.measure(...a),
        [letter, options],
        '0',
        '1',
      ),
    ],
    close: () => scene.close(),
  };
}
