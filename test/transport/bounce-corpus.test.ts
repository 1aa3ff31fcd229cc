import { describe, expect, it } from 'vitest';

import { parseReport } from '../../src/transport/index.ts';

/*
 * How the mail systems in use write that a message was not delivered, is late or was delivered: one
 * sample of our own for each, with addresses of example domains.
 */

const id = '<0123.abc@cabinet.example>';
const to = 'depot@plateforme.example';
const reader = 'appli@cabinet.example';

const encoded = (subject: string): string => `=?utf-8?b?${Buffer.from(subject, 'utf8').toString('base64')}?=`;

interface Sample {
  readonly from?: string;
  readonly returnPath?: string | null;
  readonly subject: string;
  readonly head?: readonly string[];
  readonly text: readonly string[];
}

const plain = ({ from, returnPath, subject, head, text }: Sample): Buffer => {
  const path = returnPath === undefined ? '<>' : returnPath;
  return Buffer.from(
    [
      ...(path === null ? [] : [`Return-Path: ${path}`]),
      'Received: from mx.plateforme.example by mx.cabinet.example; Sun, 1 Mar 2026 10:00:00 +0100',
      `From: ${from ?? 'Mail Delivery System <MAILER-DAEMON@mx.plateforme.example>'}`,
      `To: ${reader}`,
      `Subject: ${encoded(subject)}`,
      'Message-ID: <rapport@mx.plateforme.example>',
      ...(head ?? []),
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 8bit',
      '',
      ...text,
      '',
    ].join('\r\n'),
    'utf8',
  );
};

/** The original as it stands below a notice; its words are not those of the mail system. */
const returned = [
  'Return-Path: <appli@cabinet.example>',
  'Received: from poste.cabinet.example by mx.cabinet.example; Sun, 1 Mar 2026 09:59:00 +0100',
  `From: Cabinet <${reader}>`,
  `To: ${to}`,
  'Subject: XDM/1.0/DDM',
  `Message-ID: ${id}`,
  '',
  'Action: delivered',
  'Final-Recipient: rfc822; autre@ailleurs.example',
];

/** A notification of Amazon SES, in words of our own. */
function sesNotification(bounce: object, recipient: object, top: object = { notificationType: 'Bounce' }): string {
  return JSON.stringify({
    ...top,
    bounce: {
      bouncedRecipients: [{ emailAddress: to, diagnosticCode: 'smtp; 550 autre@ailleurs.example', ...recipient }],
      ...bounce,
    },
    mail: {
      messageId: '0102-ses',
      source: reader,
      destination: ['autre@ailleurs.example'],
      headers: [
        { name: 'Subject', value: 'autre@ailleurs.example' },
        { name: 'Message-ID', value: id },
      ],
      commonHeaders: { messageId: id },
    },
  });
}

/** What Amazon SNS writes below. */
const snsLines = ['', '--', 'To stop these mails: https://sns.example/unsubscribe?to=autre@ailleurs.example'];

type Expected = readonly [verdict: string, final: string | null, status: string | null, messageId: string | null];

const samples: Readonly<Record<string, readonly [Sample, Expected]>> = {
  qmail: [
    {
      from: 'MAILER-DAEMON@mx.plateforme.example',
      subject: 'failure notice',
      text: [
        'Hi. This is the qmail-send program at mx.plateforme.example.',
        "I'm afraid I wasn't able to deliver your message to the following addresses.",
        "This is a permanent error; I've given up. Sorry it didn't work out.",
        '',
        `<${to}>:`,
        '192.0.2.14 does not like recipient.',
        'Remote host said: 550 5.1.1 no mailbox of that name',
        'Giving up on 192.0.2.14.',
        '',
        '--- Below this line is a copy of the message.',
        '',
        ...returned,
      ],
    },
    ['failed', to, '5.1.1', id],
  ],
  'sendmail, in one part': [
    {
      from: 'Mail Delivery Subsystem <MAILER-DAEMON>',
      returnPath: '<MAILER-DAEMON>',
      subject: 'Returned mail: see transcript for details',
      text: [
        'The original message was received at Sun, 1 Mar 2026 09:59:00 +0100',
        'from poste.cabinet.example [192.0.2.7]',
        '',
        '   ----- The following addresses had permanent fatal errors -----',
        `<${to}>`,
        '    (reason: 550 5.1.1 User unknown)',
        '',
        '   ----- Transcript of session follows -----',
        '... while talking to mx.plateforme.example.:',
        `550 5.1.1 <${to}>... User unknown`,
        '',
        '   ----- Original message follows -----',
        '',
        ...returned,
      ],
    },
    ['failed', to, '5.1.1', id],
  ],
  'sendmail, a warning': [
    {
      from: 'Mail Delivery Subsystem <MAILER-DAEMON@mx.cabinet.example>',
      subject: 'Warning: could not send message for past 4 hours',
      text: [
        '    **********************************************',
        '    **      THIS IS A WARNING MESSAGE ONLY      **',
        '    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **',
        '    **********************************************',
        '',
        '   ----- The following addresses had transient non-fatal errors -----',
        `<${to}>`,
        '',
        'Message could not be delivered for 4 hours',
        'Message will be retried until it is 5 days old',
      ],
    },
    ['delayed', to, null, null],
  ],
  exim: [
    {
      subject: 'Mail delivery failed: returning message to sender',
      head: ['Auto-Submitted: auto-replied', `X-Failed-Recipients: ${to}`],
      text: [
        'This message was created automatically by mail delivery software.',
        '',
        'A message that you sent could not be delivered to one or more of its',
        'recipients. This is a permanent error. The following address(es) failed:',
        '',
        `  ${to}`,
        '    host mx.plateforme.example [192.0.2.14]',
        `    SMTP error from remote mail server after RCPT TO:<${to}>:`,
        '    550 5.7.1 relaying denied',
        '',
        '------ This is a copy of the message, including all the headers. ------',
        '',
        ...returned,
      ],
    },
    ['failed', to, '5.7.1', id],
  ],
  'exim, a delay': [
    {
      subject: 'Warning: message 1abcde-000001-AB delayed 24 hours',
      text: [
        'A message that you sent has not yet been delivered to one or more of its',
        'recipients after more than 24 hours on the queue on mx.cabinet.example.',
        '',
        'The address to which the message has not yet been delivered is:',
        '',
        `  ${to}`,
        '',
        'No action is required on your part. Delivery attempts will continue for some time.',
      ],
    },
    ['delayed', to, null, null],
  ],
  'postfix, without its parts': [
    {
      from: 'MAILER-DAEMON@mx.cabinet.example (Mail Delivery System)',
      subject: 'Undelivered Mail Returned to Sender',
      text: [
        'This is the mail system at host mx.cabinet.example.',
        '',
        "I'm sorry to have to inform you that your message could not",
        "be delivered to one or more recipients. It's attached below.",
        '',
        `<${to}>: host mx.plateforme.example[192.0.2.14] said: 552 5.2.2 Over quota (in reply to DATA)`,
        '',
        'Reporting-MTA: dns; mx.cabinet.example',
        '',
        `Final-Recipient: rfc822; ${to}`,
        'Action: failed',
        'Status: 5.2.2',
        '',
        '--------- Undelivered Message Headers ---------',
        ...returned,
      ],
    },
    ['failed', to, '5.2.2', id],
  ],
  'postfix, the success that was asked for': [
    {
      subject: 'Successful Mail Delivery Report',
      text: [
        'Your message was successfully delivered to the destination(s)',
        'listed below.',
        '',
        `<${to}>: delivery via mx.plateforme.example: 250 2.0.0 Ok`,
      ],
    },
    ['delivered', to, '2.0.0', null],
  ],
  opensmtpd: [
    {
      from: 'Mailer Daemon <MAILER-DAEMON@mx.cabinet.example>',
      subject: 'Delivery status notification: error',
      text: [
        '    Hi!',
        '',
        '    This is the MAILER-DAEMON, please DO NOT REPLY to this email.',
        '',
        '    An error has occurred while attempting to deliver a message for',
        '    the following list of recipients:',
        '',
        `${to}: 550 5.1.1 Unknown recipient`,
        '',
        '    Below is a copy of the original message:',
        '',
        ...returned,
      ],
    },
    ['failed', to, '5.1.1', id],
  ],
  'dragonfly mail agent': [
    {
      from: 'MAILER-DAEMON <>',
      subject: 'Mail delivery failed',
      text: [
        'This is the DragonFly Mail Agent v0.13 at cabinet.example.',
        '',
        `There was an error delivering your mail to <${to}>.`,
        '',
        'mx.plateforme.example [192.0.2.14] did not like our RCPT TO:',
        '550 5.1.1 unknown',
        '',
        'Message headers follow.',
        '',
        ...returned,
      ],
    },
    ['failed', to, '5.1.1', id],
  ],
  'exchange, before its reports': [
    {
      from: 'Administrateur système <postmaster@plateforme.example>',
      subject: 'Non remis : XDM/1.0/DDM',
      text: [
        'Votre message',
        '',
        `  À :      ${to}`,
        '  Objet :  XDM/1.0/DDM',
        '  Envoyé : dimanche 1 mars 2026 09:59',
        '',
        "n'a pas été remis aux destinataires suivants :",
        '',
        `${to} le 01/03/2026 10:00`,
        "    Le compte de messagerie n'existe pas dans l'organisation.",
        '    <mx.plateforme.example #5.1.1>',
      ],
    },
    ['failed', to, '5.1.1', null],
  ],
  'exchange, late': [
    {
      from: 'postmaster@plateforme.example',
      subject: 'Retardé : XDM/1.0/DDM Échec de la remise',
      text: [`Votre message est retardé : ${to}. Le serveur fera de nouvelles tentatives.`],
    },
    ['delayed', to, null, null],
  ],
  'exchange, delivered': [
    {
      from: 'postmaster@plateforme.example',
      subject: 'Remis : XDM/1.0/DDM Échec scolaire',
      text: [`Votre message a été remis aux destinataires suivants : ${to}`],
    },
    ['delivered', to, null, null],
  ],
  'exchange, relayed': [
    {
      from: 'postmaster@plateforme.example',
      subject: 'Relayed: XDM/1.0/DDM',
      text: [`Delivery to these recipients is complete, but no notification was sent: ${to}`],
    },
    ['relayed', to, null, null],
  ],
  domino: [
    {
      from: 'Postmaster@plateforme.example',
      subject: `DELIVERY FAILURE: User depot (${to}) not listed in Directory`,
      text: [
        'Your message',
        '',
        '  Subject: XDM/1.0/DDM',
        '',
        'was not delivered to:',
        '',
        `  ${to}`,
        '',
        'because: unknown',
      ],
    },
    ['failed', to, null, null],
  ],
  gmail: [
    {
      from: 'Mail Delivery Subsystem <mailer-daemon@fournisseur.example>',
      subject: 'Delivery Status Notification (Failure)',
      head: [`X-Failed-Recipients: ${to}`, `In-Reply-To: ${id}`, `References: ${id}`],
      text: [
        'Delivery to the following recipient failed permanently:',
        '',
        `     ${to}`,
        '',
        'Technical details of permanent failure:',
        'The error that the other server returned was: 550 550 5.1.1 unknown',
      ],
    },
    ['failed', to, '5.1.1', id],
  ],
  'gmail, a delay': [
    {
      from: 'Mail Delivery Subsystem <mailer-daemon@fournisseur.example>',
      subject: 'Delivery Status Notification (Delay)',
      head: [`In-Reply-To: ${id}`],
      text: ['** Delivery incomplete **', '', `There was a temporary problem delivering your message to ${to}.`],
    },
    ['delayed', to, null, id],
  ],
  'gmail, delivered': [
    {
      from: 'Mail Delivery Subsystem <mailer-daemon@fournisseur.example>',
      subject: 'Delivery Status Notification (Success)',
      head: [`In-Reply-To: ${id}`],
      text: [`Your message to ${to} has been delivered.`],
    },
    ['delivered', to, null, id],
  ],
  'zimbra, in French': [
    {
      from: 'Système de messagerie <MAILER-DAEMON@zimbra.cabinet.example>',
      subject: 'Courrier non distribué, retourné à l’expéditeur',
      text: [
        'Ceci est le système de messagerie de zimbra.cabinet.example.',
        '',
        'Votre message n’a pas pu être distribué à un ou plusieurs destinataires.',
        '',
        `<${to}> : boîte pleine (552 5.2.2)`,
        '',
        '------ En-têtes du message d’origine ------',
        ...returned,
      ],
    },
    ['failed', to, '5.2.2', id],
  ],
  'mon espace santé': [
    {
      from: 'postmaster@patient.example',
      subject: 'Message non distribué',
      head: [`In-Reply-To: ${id}`],
      text: ["La boîte aux lettres de l'usager est fermée."],
    },
    ['failed', null, null, id],
  ],
  'an operator, by its words alone': [
    {
      from: 'postmaster@operateur.example',
      subject: 'Information sur votre envoi',
      head: [`References: <autre@cabinet.example> ${id}`],
      text: [`Votre message à ${to} n'a pas pu être acheminé : adresse inconnue.`],
    },
    ['failed', to, null, id],
  ],
  'an operator that keeps trying': [
    {
      from: 'postmaster@operateur.example',
      subject: "Notification d'état de remise",
      text: [`Votre message à ${to} n'a pas encore pu être remis. De nouvelles tentatives auront lieu.`],
    },
    ['delayed', to, null, null],
  ],
  'Amazon SES, a permanent bounce by mail': [
    {
      from: 'AWS Notifications <no-reply@sns.amazonaws.com>',
      returnPath: '<0102-x@amazonses.example>',
      subject: 'AWS Notification Message',
      text: [sesNotification({ bounceType: 'Permanent' }, { action: 'failed', status: '5.1.1' }), ...snsLines],
    },
    ['failed', to, '5.1.1', id],
  ],
  'Amazon SES, within the envelope of SNS': [
    {
      from: 'no-reply@sns.amazonaws.com',
      returnPath: null,
      subject: 'AWS Notification Message',
      text: [
        JSON.stringify({
          Type: 'Notification',
          MessageId: 'n-1',
          Message: sesNotification({ bounceType: 'Permanent' }, {}),
        }),
      ],
    },
    ['failed', to, null, id],
  ],
  'Amazon SES, an event that may pass': [
    {
      from: 'no-reply@sns.amazonaws.com',
      subject: 'AWS Notification Message',
      text: [sesNotification({ bounceType: 'Transient' }, {}, { eventType: 'Bounce' })],
    },
    ['unknown', to, null, id],
  ],
  'Amazon SES, a delay of the far server': [
    {
      from: 'no-reply@sns.amazonaws.com',
      subject: 'AWS Notification Message',
      text: [sesNotification({ bounceType: 'Transient' }, { action: 'delayed', status: '4.4.7' })],
    },
    ['delayed', to, '4.4.7', id],
  ],
  'Amazon SES, nobody named': [
    {
      from: 'no-reply@sns.amazonaws.com',
      subject: 'AWS Notification Message',
      text: [sesNotification({ bounceType: 'Permanent', bouncedRecipients: 'x' }, {})],
    },
    ['failed', null, null, id],
  ],
  'a notice that says nothing': [
    { subject: 'Delivery Status Notification', head: [`In-Reply-To: ${id}`], text: ['Voir la pièce jointe.'] },
    ['unknown', null, null, id],
  ],
};

describe('the notice of a mail system', () => {
  it.each(Object.entries(samples))('%s', async (_, [sample, [verdict, final, status, messageId]]) => {
    const report = await parseReport(plain(sample));
    expect(report).toMatchObject({ recipients: [{ final, verdict, status }] });
    expect(report?.messageIds[0] ?? null).toBe(messageId);
    // What was sent back says nothing of its own delivery.
    expect(JSON.stringify(report)).not.toContain('ailleurs.example');
  });

  it.each<[string, Sample]>([
    [
      'the answer of an absent person',
      {
        from: 'docteur@plateforme.example',
        subject: 'Absence : XDM/1.0/DDM',
        head: ['Auto-Submitted: auto-replied'],
        text: ["Cette adresse n'existe plus. Votre message n'a pas été transmis."],
      },
    ],
    [
      'a complaint that Amazon SES passes on',
      {
        from: 'no-reply@sns.amazonaws.com',
        returnPath: '<x@amazonses.example>',
        subject: 'AWS Notification Message',
        text: [sesNotification({ bounceType: 'Permanent' }, {}, { notificationType: 'Complaint' })],
      },
    ],
    [
      'a notification that ends too early',
      {
        from: 'no-reply@sns.amazonaws.com',
        returnPath: '<x@amazonses.example>',
        subject: 'AWS Notification Message',
        text: [sesNotification({ bounceType: 'Permanent' }, {}).slice(0, -9)],
      },
    ],
    [
      'a person who writes down a notification',
      {
        from: 'docteur@plateforme.example',
        returnPath: '<docteur@plateforme.example>',
        subject: 'Voici',
        text: [sesNotification({ bounceType: 'Permanent' }, {})],
      },
    ],
    [
      'a question of a person',
      {
        from: 'docteur@plateforme.example',
        returnPath: '<docteur@plateforme.example>',
        subject: 'Undelivered Mail Returned to Sender',
        text: ['J’ai reçu cet avis, que faire ?'],
      },
    ],
    [
      'the word of a postmaster',
      { from: 'postmaster@operateur.example', subject: 'Maintenance dimanche', text: ['Le service sera arrêté.'] },
    ],
    [
      'a deposit whose label sounds like a notice',
      {
        from: 'docteur@cabinet.example',
        returnPath: '<docteur@cabinet.example>',
        subject: 'XDM/1.0/DDM+Compte rendu Retardé : échec',
        text: ["n'a pas été remis"],
      },
    ],
  ])('%s is none', async (_, sample) => {
    expect(await parseReport(plain(sample))).toBeNull();
  });
});

const multipart = (type: string, parts: readonly (readonly string[])[], head: readonly string[] = []): Buffer =>
  Buffer.from(
    [
      'Return-Path: <>',
      `From: postmaster@plateforme.example`,
      `To: ${reader}`,
      'Subject: Rapport',
      'Message-ID: <rapport@plateforme.example>',
      ...head,
      'MIME-Version: 1.0',
      `Content-Type: multipart/report; report-type=${type}; boundary="limite"`,
      '',
      ...parts.flatMap((part) => ['--limite', ...part]),
      '--limite--',
      '',
    ].join('\r\n'),
    'utf8',
  );

const fields = (type: string, ...lines: readonly string[]): string[] => [
  `Content-Type: message/${type}`,
  '',
  ...lines,
  '',
];
const failed = [
  'Reporting-MTA: dns; mx.example',
  '',
  `Final-Recipient: rfc822; ${to}`,
  'Action: failed',
  'Status: 5.1.1',
];

describe('a report is tied to its deposit', () => {
  const headers = ['Subject: XDM/1.0/DDM', `Message-ID: ${id}`, ''];

  it.each<[string, readonly (readonly string[])[], (readonly string[])?]>([
    ['by the headers', [fields('delivery-status', ...failed), ['Content-Type: text/rfc822-headers', '', ...headers]]],
    ['by the headers in UTF-8', [fields('global-delivery-status', ...failed), fields('global-headers', ...headers)]],
    ['by the whole message', [fields('delivery-status', ...failed), fields('rfc822', ...headers, 'texte')]],
    ['by the message in UTF-8', [fields('delivery-status', ...failed), fields('global', ...headers, 'texte')]],
    [
      'by headers under a name',
      [
        fields('delivery-status', ...failed),
        [
          'Content-Type: text/plain; name="mailheaders-1.txt"',
          'Content-Disposition: attachment; filename="mailheaders-1.txt"',
          '',
          ...headers,
        ],
      ],
    ],
    [
      'by the text',
      [
        ['Content-Type: text/plain', '', '> Message-Id: ', `>  ${id}`.slice(1), ''],
        fields('delivery-status', ...failed),
      ],
    ],
    ['by what it answers to', [fields('delivery-status', ...failed)], [`In-Reply-To: ${id}`]],
    ['by its thread', [fields('delivery-status', ...failed)], [`References: <x@y.example> ${id}`]],
    ['by an identifier without brackets', [fields('delivery-status', ...failed)], [`In-Reply-To: ${id.slice(1, -1)}`]],
    ['by an identifier with blanks', [fields('delivery-status', ...failed)], [`In-Reply-To: < ${id.slice(1, -1)} >`]],
    [
      'by one cut over two lines',
      [fields('delivery-status', ...failed)],
      ['In-Reply-To: <0123.', '\tabc@cabinet.example>'],
    ],
  ])('%s', async (_, parts, head) => {
    const report = await parseReport(multipart('delivery-status', parts, head));
    expect(report).toMatchObject({ kind: 'dsn', recipients: [{ final: to, verdict: 'failed' }] });
    expect(report?.messageIds[0]).toBe(id);
  });

  it('by each of those it answers to', async () => {
    const parts = [fields('delivery-status', ...failed)];
    const report = await parseReport(multipart('delivery-status', parts, [`In-Reply-To: <x@y.example> ${id}`]));
    expect(report?.messageIds).toEqual(['<x@y.example>', id]);
  });

  it('by what it says itself first, then by what was sent back, then by what it answers to', async () => {
    const mdn = fields(
      'disposition-notification',
      `Final-Recipient: rfc822; ${to}`,
      'Original-Message-ID: un@cabinet.example',
      'Disposition: manual-action/MDN-sent-manually; displayed',
    );
    const report = await parseReport(
      multipart(
        'disposition-notification',
        [mdn, fields('rfc822', 'Message-ID: <deux@cabinet.example>', '', 'x')],
        ['References: <quatre@cabinet.example> <trois@cabinet.example>'],
      ),
    );
    expect(report?.messageIds).toEqual([
      '<un@cabinet.example>',
      '<deux@cabinet.example>',
      '<trois@cabinet.example>',
      '<quatre@cabinet.example>',
    ]);
  });

  it('as Exchange writes it, with the thread alone', async () => {
    const mdn = fields(
      'disposition-notification',
      `Final-Recipient: rfc822; ${to}`,
      'Disposition: manual-action/MDN-sent-manually; displayed',
    );
    const report = await parseReport(multipart('disposition-notification', [mdn], [`In-Reply-To: ${id}`]));
    expect(report).toMatchObject({ kind: 'mdn', messageIds: [id], recipients: [{ verdict: 'displayed' }] });
  });
});

describe('the fields of a delivery report', () => {
  it('may stand in the second of two parts', async () => {
    const empty = fields('delivery-status', 'This message could not be delivered:');
    const report = await parseReport(multipart('delivery-status', [empty, fields('delivery-status', ...failed)]));
    expect(report).toMatchObject({ kind: 'dsn', recipients: [{ final: to, verdict: 'failed', status: '5.1.1' }] });
  });

  it('may be split over two parts', async () => {
    const envelope = fields('delivery-status', 'Reporting-MTA: dns; mx.example', 'Original-Envelope-Id: <enveloppe-1>');
    const report = await parseReport(
      multipart('delivery-status', [envelope, fields('delivery-status', ...failed.slice(2))]),
    );
    expect(report).toMatchObject({ envelopeId: 'enveloppe-1', recipients: [{ final: to }] });
  });

  it.each([
    [`rfc822; ${to}`, to],
    [`RFC822;<${to}>`, to],
    [`rfc822; "Dépôt; plateforme" <${to}>`, to],
    [`rfc822; Depot (plateforme) <${to}> (boite)`, to],
    [`rfc822; ${to} (Dépôt)`, to],
    [`utf-8; ${to}`, to],
    [to, to],
    ['x400; /C=FR/S=depot/', '/C=FR/S=depot/'],
    ['system; unknown', 'unknown'],
  ])('name %j', async (value, final) => {
    const lines = [`Final-Recipient: ${value}`, 'Action: delivered', 'Status: 2.0.0'];
    const report = await parseReport(multipart('delivery-status', [fields('delivery-status', ...lines)]));
    expect(report?.recipients).toMatchObject([{ final, verdict: 'delivered' }]);
  });

  it.each([
    [['Status: 5.1.1'], 'failed'],
    [['Status: 4.4.1'], 'unknown'],
    [['Action: Failed; bounced', 'Status: 4.4.7'], 'failed'],
    [['Action: (n/a)', 'Status: 5.0.0'], 'unknown'],
  ])('with %j mean %s', async (lines, verdict) => {
    const report = await parseReport(
      multipart('delivery-status', [fields('delivery-status', `Original-Recipient: rfc822;${to}`, ...lines)]),
    );
    expect(report?.recipients).toMatchObject([{ original: to, verdict }]);
  });
});
