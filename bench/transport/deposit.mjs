// The deposit of a 5 MB letter end to end, in CPU: from the PDF to the last byte of the mail.
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { deflateRawSync, crc32 } from 'node:zlib';
import { createTransport } from 'nodemailer';
import { createClient } from 'terr-esante-sdk';
import { createPkcs12Provider } from 'terr-esante-sdk/auth';
import { buildLetter, createSubmission } from 'terr-esante-sdk/documents';
import { fictivePatient, fictiveProfessional, fictiveStructure } from 'terr-esante-sdk/testing';
import { createMssTransport } from 'terr-esante-sdk/transport';
import { collectBytes } from '../lib/mail.mjs';
import { scannedPdf } from '../lib/pdf.mjs';
import { race } from '../lib/race.mjs';

const megabytes = 5;

export async function run() {
  const child = fork(fileURLToPath(new URL('../lib/deposit-far-side.mjs', import.meta.url)));
  const [far] = await once(child, 'message');
  const { config, caPem, mail, signature } = far;
  const mss = createMssTransport({
    server: { host: '127.0.0.1', port: mail.port, serverName: 'localhost', caPem: mail.caPem },
    credentials: {},
    message: { from: { address: config.user.mssAddress, label: 'Dr_Fictif' }, to: config.quai.eMailSecur },
  });
  const te = createClient(config, {
    auth: await createPkcs12Provider({ pfx: Buffer.from(signature.pfx, 'base64'), password: signature.password }),
    deposit: mss,
    tls: { ca: caPem },
  });
  const bare = createTransport({
    pool: true,
    host: '127.0.0.1',
    port: mail.port,
    requireTLS: true,
    tls: { ca: mail.caPem, servername: 'localhost' },
  });

  const patient = fictivePatient();
  const author = { professional: fictiveProfessional(), structure: fictiveStructure() };
  const pdf = scannedPdf(megabytes * 1024 * 1024);
  const letterOf = () => buildLetter({ patient, author, pdf, patientConsent: true, codeSet: 'eo-9.05' });

  const ours = async () => {
    const submission = createSubmission([await letterOf()], { sourceId: '2.999.1.10' });
    await te.documents.deposit(patient, submission, { patientConsent: true });
  };

  // By hand and without a check: the PDF in base64 in a document, its hash, one deflate, one mail.
  const cda = await collectBytes((await letterOf()).content);
  const base64 = pdf.toString('base64');
  const at = cda.indexOf(base64.slice(0, 100));
  const [before, after] = [cda.subarray(0, at), cda.subarray(at + base64.length)];
  const byHand = async () => {
    const document = Buffer.concat([before, Buffer.from(pdf.toString('base64'), 'latin1'), after]);
    createHash('sha1').update(document).digest();
    crc32(document);
    await bare.sendMail({
      from: config.user.mssAddress,
      to: config.quai.eMailSecur,
      subject: 'XDM/1.0/DDM',
      text: 'x',
      attachments: [
        { filename: 'IHE_XDM.zip', content: deflateRawSync(document, { level: 6 }) },
        { filename: 'copy.pdf', content: pdf },
      ],
    });
  };

  const consent = te.consent.record(patient, {
    kinds: ['dossier-creation', 'join-circle'],
    givenBy: 'patient',
    mode: 'oral',
    collectedAt: new Date().toISOString(),
  });
  await te.dossier.create(patient, { consent });
  // The session knows the dossier after the first one.
  await ours();
  const spent = await race({ ours, byHand }, { rounds: 9, warmup: 1 });
  await te.close();
  await mss.close();
  bare.close();
  child.disconnect();

  return [
    {
      name: `deposit of a ${megabytes} MB letter, from the PDF to the sent mail`,
      value: spent.ours,
      unit: 'ms CPU',
      baseline: `by hand, no check: base64, SHA-1, deflate, nodemailer: ${Math.round(spent.byHand)} ms`,
      ratio: spent.ours / spent.byHand,
      goal: 'at most 0.75',
    },
  ];
}
