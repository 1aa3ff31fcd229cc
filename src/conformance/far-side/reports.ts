import { bytesSource, collect } from '../../internal/bytes.ts';
import type { Runtime } from '../../internal/runtime.ts';
import type { ReceivedMail } from '../../simulator/mail/model.ts';
import { composeKo, composeMdn, type AnsweredMail } from '../../transport/mss/answer.ts';
import type { ReportStep } from '../scenario/model.ts';
import type { DecodedMail } from './decode.ts';

/** A message that was received, and what it is answered with. */
export interface Answerable {
  readonly mail: ReceivedMail;
  readonly decoded: DecodedMail;
}

const crlf = '\r\n';

function answered({ mail, decoded }: Answerable): AnsweredMail {
  return {
    messageId: decoded.messageId,
    subject: decoded.subject,
    returnPath: mail.from,
    dispositionNotificationTo: decoded.notificationTo,
    recipient: mail.to[0] ?? '',
    envelopeId: mail.envelopeId,
    content: bytesSource(mail.bytes),
  };
}

/** Headers of a mail that nobody composes for us. */
function plainMail(fields: Readonly<Record<string, string>>, body: string): Uint8Array {
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  return Buffer.from([...head, 'MIME-Version: 1.0', '', body.replaceAll(/\r?\n/g, crlf)].join(crlf), 'utf8');
}

/** The bytes of a report as a mailbox holds them. */
export async function composeReport(
  { kind, code = '906', form, from }: ReportStep,
  to: Answerable,
  runtime: Runtime,
): Promise<Uint8Array> {
  const sender = { address: from ?? to.mail.to[0] ?? '', label: 'Plateforme simulee' };
  const original = answered(to);

  switch (kind) {
    case 'processed':
    case 'error': {
      const outcome = kind === 'processed' ? ({ kind } as const) : ({ kind, code } as const);
      const { content } = await composeMdn(original, {
        from: sender,
        outcome,
        reportingUa: 'Plateforme simulee',
        runtime,
        ...(form && { form }),
      });
      return delivered(from ?? '', await collect(content.open()));
    }
    case 'ko-mail': {
      const { content } = await composeKo(original, { from: sender, outcome: { kind: 'error', code }, runtime });
      return delivered(sender.address, await collect(content.open()));
    }
    case 'bounce':
      return delivered('', bounce(to, runtime));
    case 'integration-error':
    case 'subject-only':
    case 'hostile':
      return delivered(sender.address, byHand(kind, code, to, sender.address, runtime));
  }
}

/** The server that delivers writes its envelope sender on top. */
function delivered(from: string, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`Return-Path: <${from}>${crlf}`), bytes]);
}

function fieldsOf({ mail }: Answerable, from: string, runtime: Runtime): Record<string, string> {
  return {
    From: `Plateforme simulee <${from}>`,
    To: mail.from,
    'Message-ID': `<${runtime.ids.uuid()}@plateforme.simulateur.mssante.fr>`,
    Date: new Date(runtime.clock.now()).toUTCString().replace('GMT', '+0000'),
  };
}

/** RFC 3464. */
function bounce(to: Answerable, runtime: Runtime): Uint8Array {
  const boundary = `kit-${runtime.ids.uuid()}`;
  const recipient = to.mail.to[0] ?? '';
  const domain = to.mail.from.slice(to.mail.from.indexOf('@') + 1);
  const fields = {
    ...fieldsOf(to, `mailer-daemon@${domain}`, runtime),
    Subject: 'Undelivered Mail Returned to Sender',
    'Content-Type': `multipart/report; report-type=delivery-status; boundary="${boundary}"`,
  };
  const parts = [
    ['text/plain; charset=utf-8', "Le message n'a pas pu être remis à son destinataire."],
    [
      'message/delivery-status',
      `Reporting-MTA: dns; ${domain}\n\nFinal-Recipient: rfc822; ${recipient}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 Mailbox unknown`,
    ],
    ['text/rfc822-headers', `Message-ID: ${String(to.decoded.messageId)}\nTo: ${recipient}`],
  ] as const;

  const written = parts.map(([type, text]) => `--${boundary}\nContent-Type: ${type}\n\n${text}\n`);
  return plainMail(fields, `${written.join('\n')}\n--${boundary}--\n`);
}

/** What no program of ours composes. */
function byHand(
  kind: 'integration-error' | 'subject-only' | 'hostile',
  code: string,
  to: Answerable,
  from: string,
  runtime: Runtime,
): Uint8Array {
  const id = String(to.decoded.messageId);
  const fields = fieldsOf(to, from, runtime);
  const text = `Content-Type`;
  const encoded = (subject: string): string => `=?utf-8?B?${Buffer.from(subject).toString('base64')}?=`;

  switch (kind) {
    case 'integration-error':
      return plainMail(
        {
          ...fields,
          Subject: encoded(`[Erreur d’intégration !] ${to.decoded.subject}`),
          'In-Reply-To': id,
          References: id,
          [text]: 'text/plain; charset=utf-8',
        },
        `Le message n'a pas pu être intégré pour la raison suivante :\n${code} Identifiant de patient inconnu\n`,
      );
    case 'subject-only':
      return plainMail(
        {
          ...fields,
          Subject: encoded(`[KO Intégration système !][${code}] ${to.decoded.subject}`),
          [text]: 'text/plain; charset=utf-8',
        },
        `Le message n'a pas pu être intégré.\n`,
      );
    case 'hostile':
      return plainMail(
        { ...fields, Subject: 'Re: <script>alert(1)</script>', [text]: 'text/html; charset=utf-8' },
        `<html><body onload="alert(1)"><img src="http://127.0.0.1:9/x.png"><script>alert(1)</script></body></html>\n`,
      );
  }
}
