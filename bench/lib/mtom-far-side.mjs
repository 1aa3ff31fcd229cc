// The far side of the MTOM races, in a process of its own so that its work is not counted: it takes
// uploads and forgets them, and gives documents of any size, bare or in a multipart.
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

const block = randomBytes(256 * 1024);
const boundary = 'frontiere_7f3a';
const hashes = new Map();

const envelope = (body) =>
  `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body>${body}</s:Body></s:Envelope>`;
const response =
  '<rs:RegistryResponse xmlns:rs="urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0" status="urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success"/>';
const documents = envelope(
  `<x:RetrieveDocumentSetResponse xmlns:x="urn:ihe:iti:xds-b:2007">${response}<x:DocumentResponse><x:RepositoryUniqueId>2.999.1</x:RepositoryUniqueId><x:DocumentUniqueId>2.999.2</x:DocumentUniqueId><x:mimeType>application/octet-stream</x:mimeType><x:Document><i:Include xmlns:i="http://www.w3.org/2004/08/xop/include" href="cid:d@x"/></x:Document></x:DocumentResponse></x:RetrieveDocumentSetResponse>`,
);
const before = Buffer.from(
  `--${boundary}\r\nContent-Type: application/xop+xml; type="application/soap+xml"\r\nContent-ID: <root@x>\r\n\r\n${documents}\r\n--${boundary}\r\nContent-Type: application/octet-stream\r\nContent-ID: <d@x>\r\n\r\n`,
);
const after = Buffer.from(`\r\n--${boundary}--\r\n`);

function* piecesOf(length) {
  for (let left = length; left > 0; left -= block.length) yield left < block.length ? block.subarray(0, left) : block;
}

function hashOf(length) {
  if (!hashes.has(length)) {
    const hash = createHash('sha1');
    for (const piece of piecesOf(length)) hash.update(piece);
    hashes.set(length, hash.digest('hex'));
  }
  return hashes.get(length);
}

const drained = (out) =>
  new Promise((resolve) => {
    const end = () => {
      out.off('drain', end).off('close', end);
      resolve();
    };
    out.on('drain', end).on('close', end);
  });

async function write(out, length) {
  for (const piece of piecesOf(length)) {
    if (out.destroyed) return;
    if (!out.write(piece)) await drained(out);
  }
}

const server = createServer((request, answer) => {
  const [, kind, megabytes = '0'] = request.url.split('/');
  const length = Number(megabytes) * 1_000_000;
  request.resume();
  request.on('end', async () => {
    if (kind === 'hash') return void answer.end(hashOf(length));
    if (kind === 'upload') {
      return void answer.writeHead(200, { 'Content-Type': 'application/soap+xml' }).end(envelope(response));
    }
    if (kind === 'bare') {
      answer.writeHead(200, { 'Content-Length': length });
      await write(answer, length);
      return void answer.end();
    }
    answer.writeHead(200, {
      'Content-Type': `multipart/related; type="application/xop+xml"; boundary="${boundary}"; start="<root@x>"; start-info="application/soap+xml"`,
      'Content-Length': before.length + length + after.length,
    });
    answer.write(before);
    await write(answer, length);
    answer.end(after);
  });
});
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
process.on('disconnect', () => process.exit());
