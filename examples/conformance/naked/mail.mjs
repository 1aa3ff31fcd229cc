// The deposit as a message, and its way to the server: MIME and SMTP by hand, TLS of Node.
import { randomUUID } from 'node:crypto';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { makes } from './mutant.mjs';

const crlf = '\r\n';
const folded = (bytes) => bytes.toString('base64').replaceAll(/.{76}/g, `$&${crlf}`);

/** RFC 2047, in words of at most 75 characters. */
function encodedSubject(text) {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const words = [];
  let word = '';
  for (const sign of text) {
    if (Buffer.byteLength(word + sign) > 42) {
      words.push(word);
      word = '';
    }
    word += sign;
  }
  return [...words, word].map((part) => `=?utf-8?B?${Buffer.from(part).toString('base64')}?=`).join(`${crlf} `);
}

export const newMessageId = (from) => `<${randomUUID()}@${from.slice(from.indexOf('@') + 1)}>`;

/** @returns the message, byte for byte as it will be sent each time */
export function composeMail({ from, to, messageId, patient, made, pdf }) {
  const { people, typeLabel } = made;
  const date = patient.traits.birthDate.split('-').reverse().join('/');
  const ins = makes('M36') && patient.ins ? ` ${patient.ins.value}` : '';
  const subject = `XDM/1.0/DDM+${typeLabel} ${people.birthName} ${people.first} ${date}${ins}`;
  const boundary = `kit-${randomUUID()}`;

  const head = {
    From: `=?utf-8?B?${Buffer.from('Élodie FICTIF').toString('base64')}?= <${from}>`,
    To: `<${to}>`,
    Subject: encodedSubject(subject),
    'Message-ID': messageId,
    Date: new Date().toUTCString().replace('GMT', '+0000'),
    'Disposition-Notification-To': `<${from}>`,
    'X-MSS-CODECDA': made.typeCode,
    'X-MSS-INS': made.hasIns ? 'O' : 'N',
    'MIME-Version': '1.0',
    'Content-Type': `multipart/mixed; boundary="${boundary}"`,
  };
  const parts = [
    ['text/plain; charset=utf-8', null, Buffer.from('Un document de santé est joint à ce message.\r\n')],
    ['application/zip', 'IHE_XDM.zip', made.archive],
    ['application/pdf', 'document.pdf', pdf],
  ].map(([type, name, bytes]) =>
    [
      `--${boundary}`,
      `Content-Type: ${type}${name ? `; name="${name}"` : ''}`,
      ...(name ? [`Content-Disposition: attachment; filename="${name}"`] : []),
      'Content-Transfer-Encoding: base64',
      '',
      folded(bytes),
    ].join(crlf),
  );

  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}`);
  return Buffer.from([...lines, '', ...parts, `--${boundary}--`, ''].join(crlf));
}

/** Hands a message over. Nothing is said to a server that has not proved who it is. */
export function sendMail({ smtp, caPem, structureCertificate }, { from, to, bytes }) {
  const { host, port, serverName } = smtp;
  const connection = new SMTPConnection({
    host,
    port,
    secure: false,
    requireTLS: !makes('M30'),
    opportunisticTLS: makes('M30'),
    name: 'poste.exemple',
    connectionTimeout: 4_000,
    greetingTimeout: 4_000,
    socketTimeout: 15_000,
    tls: {
      ca: caPem,
      servername: serverName,
      minVersion: 'TLSv1.2',
      rejectUnauthorized: !makes('M31'),
      cert: structureCertificate.certPem,
      key: structureCertificate.keyPem,
    },
  });

  return new Promise((resolve, reject) => {
    connection.on('error', reject);
    connection.on('end', () => reject(Object.assign(new Error('connexion coupée'), { code: 'ECONNECTION' })));
    connection.connect(() => {
      const envelope = { from, to: [to], size: bytes.length };
      connection.send(envelope, bytes, (error, info) => {
        connection.quit();
        if (error) reject(error);
        else resolve(info.response);
      });
    });
  });
}
