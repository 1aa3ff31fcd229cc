// One way of reading a long query answer: `node query-contender.mjs NAME URL` prints its CPU, its
// peak of memory and how many entries it found.
import { get, request } from 'node:http';

const [name, url] = process.argv.slice(2);
const patientId = '279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH';

/** The whole answer, as the other readers want it. */
function whole() {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: 'POST' }, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
      answer.on('error', reject);
    });
    asked.on('error', reject);
    asked.end('<question/>');
  });
}

/** Tells the far side that an entry is out: only then does it send the end of the answer. */
function tellFirst() {
  get(`${url}first`).on('error', () => undefined);
}

const contenders = {
  async product() {
    const { createHttpClient, createXdsClient } = await import('terr-esante-sdk/transport');
    const http = createHttpClient({ allowClearLoopback: true, timeoutMs: 600_000 });
    const xds = createXdsClient({ http, endpoints: { query: url } });
    let found = 0;
    for await (const { title, uniqueId } of xds.findDocuments({ patientId })) {
      if (title !== '' && uniqueId !== '') found += 1;
      if (found === 1) tellFirst();
    }
    await http.close();
    return found;
  },
  async 'fast-xml-parser'() {
    const { XMLParser } = await import('fast-xml-parser');
    tellFirst();
    const parser = new XMLParser({ ignoreAttributes: false, removeNSPrefix: true, processEntities: true });
    const { Envelope } = parser.parse(await whole());
    return Envelope.Body.AdhocQueryResponse.RegistryObjectList.ExtrinsicObject.length;
  },
  async xmldom() {
    const { DOMParser } = await import('@xmldom/xmldom');
    tellFirst();
    const document = new DOMParser().parseFromString(await whole(), 'text/xml');
    return document.getElementsByTagNameNS('urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0', 'ExtrinsicObject').length;
  },
};

const before = process.cpuUsage();
const found = await contenders[name]();
const { user, system } = process.cpuUsage(before);
const rss = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(JSON.stringify({ cpu: (user + system) / 1000, rss, found }));
