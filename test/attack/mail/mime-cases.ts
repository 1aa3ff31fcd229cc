/** A hostile mail, made when it is asked for, and what reading it must give. */
export interface MimeCase {
  readonly name: string;
  readonly make: () => Uint8Array;
  /**
   * `refused`: a typed error. `archive`: the archive, whole. `nothing`: read, without an archive.
   */
  readonly expected: 'refused' | 'archive' | 'nothing';
}

const crlf = (lines: readonly string[]): string => lines.join('\r\n');

const head = [
  'From: a@simulateur.mssante.fr',
  'Subject: XDM/1.0/DDM',
  'Message-ID: <m@simulateur.mssante.fr>',
  'MIME-Version: 1.0',
];

function attachment(archive: Uint8Array, name = '"IHE_XDM.zip"', extra: readonly string[] = []): string {
  return crlf([
    'Content-Type: application/zip',
    'Content-Transfer-Encoding: base64',
    `Content-Disposition: attachment; filename=${name}`,
    ...extra,
    '',
    Buffer.from(archive)
      .toString('base64')
      .replaceAll(/(.{76})/g, '$1\r\n'),
  ]);
}

const text = (value = 'Bonjour', type = 'text/plain; charset=utf-8', encoding = '8bit'): string =>
  crlf([`Content-Type: ${type}`, `Content-Transfer-Encoding: ${encoding}`, '', value]);

function multipart(
  parts: readonly string[],
  boundary = 'b',
  headers: readonly string[] = head,
  type = 'multipart/mixed',
): string {
  return crlf([
    ...headers,
    `Content-Type: ${type}; boundary="${boundary}"`,
    '',
    ...parts.flatMap((part) => [`--${boundary}`, part]),
    `--${boundary}--`,
    '',
  ]);
}

/** `depth` multiparts in one another, the archive in the innermost. */
function nested(depth: number, inner: string): string {
  let part = inner;
  for (let level = depth; level > 0; level -= 1) {
    part = multipart([part], `n${String(level)}`, level === 1 ? head : []).trimEnd();
  }
  return part;
}

/** @param archive - A right XDM archive, small. */
export function mimeCases(archive: Uint8Array): MimeCase[] {
  const cases: MimeCase[] = [];
  const add = (name: string, expected: MimeCase['expected'], make: () => string | Uint8Array): void => {
    cases.push({
      name,
      expected,
      make: () => {
        const made = make();
        return typeof made === 'string' ? Buffer.from(made, 'latin1') : made;
      },
    });
  };
  const good = attachment(archive);
  const withHead = (...extra: string[]): string => multipart([text(), good], 'b', [...head, ...extra]);

  // nesting
  add('a multipart in a multipart', 'archive', () => nested(3, good));
  for (const depth of [21, 100, 5_000]) {
    add(`${String(depth)} multiparts in one another`, 'refused', () => nested(depth, good));
  }
  add('a thousand messages in one another', 'refused', () => {
    let part = text();
    for (let level = 0; level < 1_000; level += 1) part = crlf([...head, 'Content-Type: message/rfc822', '', part]);
    return part;
  });
  add('messages in one another, attached', 'refused', () => {
    let part = good;
    for (let level = 0; level < 100; level += 1) {
      part = crlf([
        'Content-Type: message/rfc822',
        'Content-Disposition: attachment',
        '',
        multipart([part], `m${String(level)}`),
      ]);
    }
    return multipart([part]);
  });
  add('the archive in an attached message', 'nothing', () =>
    multipart([
      crlf([
        'Content-Type: message/rfc822',
        'Content-Disposition: attachment; filename="x.eml"',
        '',
        multipart([good], 'c'),
      ]),
    ]),
  );

  // boundaries
  add('no boundary parameter', 'nothing', () =>
    crlf([...head, 'Content-Type: multipart/mixed', '', '--b', good, '--b--']),
  );
  add('an empty boundary', 'nothing', () => multipart([text()], ''));
  add('a boundary never used', 'nothing', () =>
    crlf([...head, 'Content-Type: multipart/mixed; boundary="z"', '', '--b', good, '--b--']),
  );
  add('a boundary that begins another', 'nothing', () => multipart([multipart([text()], 'bb', []), 'x'], 'b'));
  add('an inner boundary that is the outer one', 'nothing', () => multipart([multipart([text()], 'b', [])], 'b'));
  add('a boundary never closed', 'archive', () =>
    crlf([...head, 'Content-Type: multipart/mixed; boundary="b"', '', '--b', good]),
  );
  add('text after the last boundary', 'archive', () => `${multipart([good])}${'suite\r\n'.repeat(1_000)}`);
  add('another archive after the last boundary', 'archive', () => `${multipart([good])}--b\r\n${good}\r\n--b--`);
  add('boundaries with spaces after them', 'archive', () => multipart([good]).replaceAll('--b\r\n', '--b   \r\n'));
  add('a boundary of a megabyte', 'refused', () => multipart([good], 'b'.repeat(1_000_000)));
  add('two boundary parameters', 'nothing', () =>
    crlf([...head, 'Content-Type: multipart/mixed; boundary="c"; boundary="d"', '', '--e', good, '--e--']),
  );
  add('a boundary with a pattern', 'archive', () => multipart([good], '(a+)+$'));
  add('lines that begin like a boundary', 'archive', () => multipart([text('--bogus\r\n--B\r\n--\r\n---b'), good]));

  // sizes and counts
  add('a subject of 300 kB', 'refused', () => multipart([good], 'b', [...head, `X-Subject: ${'a'.repeat(300_000)}`]));
  add('a header folded ten thousand times', 'refused', () =>
    multipart([good], 'b', [...head, `X-A: ${'a\r\n '.repeat(100_000)}`]),
  );
  add('fifty thousand headers', 'refused', () =>
    multipart([good], 'b', [...head, ...Array.from({ length: 50_000 }, (_, index) => `X-${String(index)}: 1`)]),
  );
  add('headers and nothing else', 'nothing', () => crlf([...head, 'Content-Type: application/zip']));
  add('headers that never end, 60 MB', 'refused', () =>
    Buffer.concat([Buffer.from('X-A: '), Buffer.alloc(60_000_000, 'a')]),
  );
  add('a huge header in a part', 'refused', () =>
    multipart([attachment(archive, '"IHE_XDM.zip"', [`X-A: ${'a'.repeat(3_000_000)}`])]),
  );
  add('a huge header in a part, by its name', 'refused', () =>
    multipart([attachment(archive, `"${'a'.repeat(3_000_000)}"`)]),
  );
  for (const [count, type] of [
    [201, text('x')],
    [20_000, text('x')],
    [20_000, ''],
    [20_000, 'X-A: 1\r\n\r\nx'],
  ] as const) {
    add(`${String(count)} parts ${type === '' ? 'without a header' : type.slice(0, 3)}`, 'refused', () =>
      multipart(Array.from({ length: count }, () => type)),
    );
  }
  add('two hundred archives', 'refused', () => multipart(Array.from({ length: 199 }, () => good)));
  add('two archives', 'refused', () => multipart([good, good]));
  add('two archives, one in another case', 'refused', () => multipart([good, attachment(archive, '"ihe_xdm.ZIP"')]));
  add('two archives, one inside a multipart', 'refused', () => multipart([good, multipart([good], 'c', [])]));
  add('a message above its limit', 'refused', () =>
    Buffer.concat([Buffer.from(`${crlf(head)}\r\n\r\n`), Buffer.alloc(63 * 1024 * 1024, 'a\r\n')]),
  );
  add('one line of ten megabytes', 'nothing', () => multipart([text('a'.repeat(10_000_000))]));
  add('five million empty lines', 'refused', () => multipart([text('\r\n'.repeat(5_000_000))]));
  add('a million empty lines', 'nothing', () => multipart([text('\r\n'.repeat(1_000_000))]));
  add('a lying Content-Length', 'archive', () => withHead('Content-Length: 99999999999999999999'));
  add('a negative Content-Length', 'archive', () => withHead('Content-Length: -1'));

  // transfer encodings
  const encoded = Buffer.from(archive).toString('base64');
  const inBase64 = (body: string): string =>
    multipart([
      crlf([
        'Content-Type: application/zip',
        'Content-Transfer-Encoding: base64',
        'Content-Disposition: attachment; filename="IHE_XDM.zip"',
        '',
        body,
      ]),
    ]);
  add('base64 on one line', 'archive', () => inBase64(encoded));
  add('base64 with white space everywhere', 'archive', () => inBase64(encoded.replaceAll(/(.)/g, '$1 \t\r\n')));
  add('base64 with stars between', 'archive', () => inBase64(encoded.replaceAll(/(.{10})/g, '$1*!')));
  add('base64 with NUL between', 'archive', () => inBase64(encoded.replaceAll(/(.{10})/g, '$1\0')));
  add('an unknown transfer encoding', 'nothing', () =>
    multipart([
      crlf(['Content-Type: text/plain', 'Content-Transfer-Encoding: x-uuencode', '', 'begin 644 /etc/passwd', 'end']),
    ]),
  );
  add('a transfer encoding on a multipart', 'nothing', () =>
    multipart([text()], 'b', [...head, 'Content-Transfer-Encoding: base64']),
  );
  add('quoted-printable that never ends', 'nothing', () =>
    multipart([text('='.repeat(100_000), 'text/plain', 'quoted-printable')]),
  );
  add('quoted-printable soft breaks', 'nothing', () =>
    multipart([text('a=\r\n'.repeat(200_000), 'text/plain', 'quoted-printable')]),
  );
  add('two transfer encodings', 'nothing', () =>
    multipart([
      crlf([
        'Content-Type: text/plain',
        'Content-Transfer-Encoding: base64',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        'YQ==',
      ]),
    ]),
  );

  // charsets and encoded words
  for (const charset of [
    'x-unknown',
    'utf-7',
    'utf-16',
    'utf-32',
    '',
    '../../../etc/passwd',
    '__proto__',
    'constructor',
    'a'.repeat(50_000),
    'base64',
    'hex',
    'iso-2022-jp',
  ]) {
    add(`text in ${charset.slice(0, 20) || 'an empty charset'}`, 'nothing', () =>
      multipart([text('+ADw-script+AD4-\xff\xfe', `text/plain; charset="${charset}"`)]),
    );
  }
  for (const [name, word] of [
    ['nested', '=?utf-8?q?=3D=3Futf-8=3Fq=3Fa=3F=3D?='],
    ['with line ends', '=?utf-8?q?=0D=0ABcc:_evil@e.example?='],
    ['of an unknown charset', '=?x-unknown?b?////?='],
    ['never closed', '=?utf-8?b?'],
    ['of an unknown encoding', '=?utf-8?x?aa?='],
    ['with a broken base64', '=?utf-8?b?====*?='],
  ] as const) {
    add(`an encoded word ${name}`, 'archive', () => multipart([good], 'b', [...head.slice(0, 1), `Subject: ${word}`]));
  }
  add('ten thousand encoded words', 'archive', () =>
    multipart([good], 'b', ['From: a@simulateur.mssante.fr', `Subject: ${'=?utf-8?b?YQ==?= '.repeat(10_000)}`]),
  );
  add('ten thousand parameters', 'archive', () =>
    multipart([good], 'b', head, `multipart/mixed; ${'a=b; '.repeat(10_000)}c=d`),
  );
  add('ten thousand continuations', 'nothing', () =>
    multipart([
      attachment(
        archive,
        `x; ${Array.from({ length: 10_000 }, (_, index) => `filename*${String(index)}=a`).join('; ')}`,
      ),
    ]),
  );
  add('a continuation of index a billion', 'nothing', () =>
    multipart([attachment(archive, 'x; filename*999999999=a')]),
  );

  // names
  for (const name of [
    '../IHE_XDM.zip',
    '..\\IHE_XDM.zip',
    '/etc/IHE_XDM.zip',
    '..\u2215IHE_XDM.zip',
    'IHE_XDM.zip/..',
    'IHE_XDM.zip\0.exe',
    'IHE_XDM.zip:stream',
    'IHE_XDM.zip.exe',
    'IHE_XDM.zip ',
    'IHE_XDM\u202epiz.exe',
    '__proto__',
    '',
  ]) {
    add(`an attachment named ${JSON.stringify(name)}`, 'nothing', () =>
      Buffer.from(multipart([text(), attachment(archive, `"${name.replaceAll('\\', '\\\\')}"`)])),
    );
  }
  add('a name in continuations', 'archive', () =>
    multipart([attachment(archive, 'x; filename*0="IHE_"; filename*1="XDM.zip"').replace('filename=x; ', '')]),
  );
  add('a name in RFC 2231', 'archive', () =>
    multipart([attachment(archive, 'x').replace('filename=x', "filename*=utf-8''IHE%5FXDM.zip")]),
  );
  add('a name in an encoded word', 'archive', () => multipart([attachment(archive, '"=?utf-8?q?IHE=5FXDM.zip?="')]));
  add('a name in the content type only', 'archive', () =>
    multipart([
      good.replace('; filename="IHE_XDM.zip"', '').replace('application/zip', 'application/zip; name="IHE_XDM.zip"'),
    ]),
  );

  // headers
  for (const name of [
    'Content-Type',
    'Content-Transfer-Encoding',
    'Content-Disposition',
    'From',
    'Subject',
    'Message-ID',
    'Date',
    'MIME-Version',
  ]) {
    add(`two headers ${name}`, name === 'Content-Type' ? 'nothing' : 'archive', () => {
      const value =
        { 'Content-Type': 'text/plain', 'Content-Transfer-Encoding': '7bit', Date: 'x', 'MIME-Version': '9' }[name] ??
        'a@b.example';
      return multipart([text(), good], 'b', head).replace(
        '\r\nContent-Type: multipart',
        `\r\n${name}: ${value}\r\n${name}: ${value}\r\nContent-Type: multipart`,
      );
    });
  }
  for (const header of [
    'Content-ID',
    'Content-Type',
    'Content-Disposition',
    'Content-Description',
    'List-ID',
    'References',
    'Date',
    'From',
    'To',
    'Subject',
    '__proto__',
    'constructor',
    'toString',
  ]) {
    add(`an odd ${header} in a part`, 'archive', () =>
      multipart([crlf([`${header}: =?x?q?\0?= <>,;:"(`, `${header}: (`, 'Content-Type: image/png', '', 'x']), good]),
    );
  }
  add('NUL in the headers', 'archive', () => withHead('X-A: \0\0\0'));
  add('bytes above 127 in the headers', 'archive', () => withHead('X-A: \xff\xfe\x80', 'X-\xe9: 1'));
  add('a header without a colon', 'archive', () => withHead('sans deux points'));
  add('a header with an empty name', 'archive', () => withHead(': valeur'));
  add('only line feeds', 'archive', () => withHead().replaceAll('\r\n', '\n'));
  add('a prototype as a header', 'archive', () => withHead('__proto__: x', 'constructor: y', 'hasOwnProperty: z'));
  add('a hundred thousand addresses', 'refused', () => withHead(`To: ${'a@b.example, '.repeat(100_000)}`));
  add('addresses in one another', 'archive', () => withHead(`To: ${'a:'.repeat(20_000)}`));
  add('comments in one another', 'archive', () => withHead(`To: ${'('.repeat(50_000)}`));
  add('quotes never closed', 'archive', () => withHead(`To: "${'\\'.repeat(50_000)}`));
  add('an unfinished header at the end', 'nothing', () => 'Subject');
  add('nothing', 'nothing', () => '');
  add('NUL only', 'nothing', () => Buffer.alloc(10_000));
  add('line feeds only', 'nothing', () => '\n'.repeat(10_000));
  add('an mbox separator first', 'archive', () => `From a@b.example Mon Jan 1 00:00:00 2026\r\n${withHead()}`);
  add('HTML with a script and an image', 'archive', () =>
    multipart([text('<script>x</script><img src="http://127.0.0.1:9/x">', 'text/html'), good]),
  );
  add('an external body', 'archive', () =>
    multipart([
      crlf([
        'Content-Type: message/external-body; access-type=URL; URL="http://127.0.0.1:9/x"',
        '',
        'Content-Type: application/zip',
        '',
        '',
      ]),
      good,
    ]),
  );
  add('a file as an external body', 'archive', () =>
    multipart([
      crlf(['Content-Type: message/external-body; access-type=local-file; name="/etc/passwd"', '', 'x']),
      good,
    ]),
  );
  add('a partial message', 'archive', () =>
    multipart([crlf(['Content-Type: message/partial; id="a"; number=1; total=999999', '', 'x']), good]),
  );
  add('a winmail.dat', 'archive', () =>
    multipart([
      crlf([
        'Content-Type: application/ms-tnef; name="winmail.dat"',
        'Content-Transfer-Encoding: base64',
        '',
        'eJ8+IgAAAAA=',
      ]),
      good,
    ]),
  );
  add('a delivery report of a megabyte', 'nothing', () =>
    multipart(
      [
        crlf([
          'Content-Type: message/delivery-status',
          '',
          'Reporting-MTA: dns; a',
          '',
          'Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\n\r\n'.repeat(20_000),
        ]),
      ],
      'b',
      head,
      'multipart/report; report-type=delivery-status',
    ),
  );
  add('a disposition report of a megabyte', 'nothing', () =>
    multipart(
      [crlf(['Content-Type: message/disposition-notification', '', `Disposition: ${'a/'.repeat(400_000)}`])],
      'b',
      head,
      'multipart/report; report-type=disposition-notification',
    ),
  );
  for (const part of [0.1, 0.5, 0.9, 0.99]) {
    add(`a mail cut at ${String(part * 100)} %`, 'archive', () => {
      const whole = withHead();
      return whole.slice(0, Math.floor(whole.length * part));
    });
  }
  return cases;
}
