import { createHash } from 'node:crypto';

import { demoLetterPdf, fictivePatient } from '../../../src/testing/index.ts';
import * as made from './received.ts';
import { attached, cdaOf, rawMail, text, withIns, withoutIns, xdmOf, zipOf, type RawPart } from './received.ts';

/** A kind of mail that somebody reported in public, written anew by us, and what must come of it. */
export interface Kind {
  readonly kind: string;
  /** The public report that shows the kind. */
  readonly source: string;
  readonly mail: () => Promise<Uint8Array>;
  /** One word for each document, in order; for the mail itself when it has none. */
  readonly expected: string;
  /** @defaultValue `test` */
  readonly environment?: 'production';
}

const { claude, twin, otherTwin, homonyms, corsican, flagged, underFormerIns, recordedTwice } = made;
const gh = (path: string): string => `https://github.com/${path}`;
const alone = async (part: RawPart | Promise<RawPart>): Promise<Uint8Array> => rawMail([text(), await part]);
const xdm = async (...how: [type?: string, disposition?: string | null]): Promise<Uint8Array> =>
  rawMail([text(), attached(await xdmOf(claude), ...how)]);
const cda = async (
  bytes: Promise<Uint8Array>,
  type = 'text/xml; name="doc.xml"',
  name: string | null = 'attachment; filename="doc.xml"',
): Promise<Uint8Array> => rawMail([text(), attached(await bytes, type, name)]);
const pdf = (bytes: Uint8Array): RawPart => attached(bytes, 'application/pdf', 'attachment; filename="x.pdf"');
const forwarded = (mail: Uint8Array, ...more: string[]): RawPart => ({
  headers: ['Content-Type: message/rfc822', ...more],
  body: Buffer.from(mail).toString('latin1'),
});
const headersChanged = (part: RawPart, change: (line: string) => string): RawPart => ({
  ...part,
  headers: part.headers.map(change),
});
const octets = 'application/octet-stream';
const homonym = homonyms[0]!;
const patientMailbox = `${claude.ins.value}@patient.mssante.fr`;
const test10 = '1.2.250.1.213.1.4.10';

export const kinds: readonly Kind[] = [
  {
    kind: 'archive, its name in other capitals',
    source: gh('DirectProject/nhin-d/issues/178'),
    mail: () => xdm('application/zip', 'attachment; filename="IHE_XDM.ZIP"'),
    expected: 'matched',
  },
  {
    kind: 'archive as octets, under another name',
    source: gh('DirectProject/nhin-d/pull/286'),
    mail: () => xdm(octets, 'attachment; filename="courrier.zip"'),
    expected: 'matched',
  },
  {
    kind: 'archive without any name',
    source: gh('DockYard/elixir-mail/issues/154'),
    mail: () => xdm('application/zip', 'attachment'),
    expected: 'matched',
  },
  {
    kind: 'name in Content-Type alone',
    source: gh('chatmail/core/pull/1455'),
    mail: () => xdm('application/zip; name="IHE_XDM.zip"', null),
    expected: 'matched',
  },
  {
    kind: 'name in pieces (RFC 2231)',
    source: gh('chatmail/core/issues/2079'),
    mail: () => xdm('application/zip', "attachment; filename*0*=UTF-8''%49%48%45_X;\r\n filename*1*=%44%4D.zip"),
    expected: 'matched',
  },
  {
    kind: 'blanks behind base64 in the header',
    source: gh('php-mime-mail-parser/php-mime-mail-parser/issues/236'),
    mail: async () =>
      alone(headersChanged(attached(await xdmOf(claude)), (line) => line.replace(/base64$/, 'base64  '))),
    expected: 'matched',
  },
  {
    kind: 'junk between the lines of base64',
    source: gh('jstedfast/MimeKit/issues/244'),
    mail: async () => {
      const part = attached(await xdmOf(claude));
      return alone({ ...part, body: part.body.replace('\r\n', '\r\n!~~ \r\n') });
    },
    expected: 'matched',
  },
  {
    kind: 'text in iso-8859-8-i beside it',
    source: gh('nodemailer/mailparser/pull/426'),
    mail: async () => rawMail([text('Bonjour', 'text/plain; charset=iso-8859-8-i'), attached(await xdmOf(claude))]),
    expected: 'matched',
  },
  {
    kind: 'charset that is none',
    source: gh('nodemailer/mailparser/issues/167'),
    mail: async () => rawMail([text('Bonjour', 'text/plain; charset=%CHARSET'), attached(await xdmOf(claude))]),
    expected: 'matched',
  },
  {
    kind: 'forwarded by Outlook, without a name',
    source: gh('roundcube/roundcubemail/issues/6494'),
    mail: async () =>
      alone(forwarded(await xdm(), 'Content-Disposition: attachment; creation-date="Thu, 25 Oct 2018 18:05:05 GMT"')),
    expected: 'matched',
  },
  {
    kind: 'forwarded inline, not as attachment',
    source: gh('roundcube/roundcubemail/issues/7323'),
    mail: async () => alone(forwarded(await xdm())),
    expected: 'matched',
  },
  {
    kind: 'forwarded as octets named .eml',
    source: gh('oneprolabs/devify/issues/47'),
    mail: async () => alone(attached(await xdm(), octets, 'attachment; filename="courrier.eml"')),
    expected: 'matched',
  },
  {
    kind: 'detached signature beside it',
    source: gh('freescout-help-desk/freescout/issues/1033'),
    mail: async () =>
      rawMail([
        text(),
        attached(await xdmOf(claude)),
        attached(Buffer.from('30800609', 'hex'), 'application/pkcs7-signature', 'attachment; filename="smime.p7s"'),
      ]),
    expected: 'matched',
  },
  {
    kind: 'CDA with a style sheet that is away',
    source: gh('metriport/metriport/issues/903'),
    mail: () => cda(cdaOf(claude, (xml) => xml.replace('?>', '?><?xml-stylesheet type="text/xsl" href="CDA.xsl"?>'))),
    expected: 'matched',
  },
  {
    kind: 'CDA without a declaration',
    source: gh('blue-button/bluebutton.js/pull/151'),
    mail: () => cda(cdaOf(claude, (xml) => xml.replace(/^<\?xml[^?]*\?>\s*/, ''))),
    expected: 'matched',
  },
  {
    kind: 'CDA in one line',
    source: gh('scandihealth/lpr3-docs/issues/159'),
    mail: () => cda(cdaOf(claude, (xml) => xml.replaceAll(/>\s+</g, '><'))),
    expected: 'matched',
  },
  {
    kind: 'CDA as octets without a name',
    source: gh('DockYard/elixir-mail/pull/199'),
    mail: () => cda(cdaOf(claude), octets, 'attachment'),
    expected: 'matched',
  },
  {
    kind: 'INS of Corsica',
    source: gh('gip-inclusion/rdv-insertion/issues/1124'),
    mail: () => cda(cdaOf(corsican)),
    expected: 'matched',
  },
  {
    kind: 'twin with an INS',
    source: gh('NHSDigital/manage-vaccinations-in-schools/pull/2264'),
    mail: () => cda(cdaOf(twin)),
    expected: 'matched',
  },

  {
    kind: 'traits alone, one patient has them',
    source: gh('medplum/medplum/issues/1460'),
    mail: () => cda(withoutIns(claude).then(withoutLocalId)),
    expected: 'to-confirm:without-ins',
  },
  {
    kind: 'identifier of our own, among others',
    source: gh('usnistgov/iheos-toolkit2/issues/482'),
    mail: () => cda(withoutIns(claude)),
    expected: 'to-confirm:without-ins',
  },
  {
    kind: 'homonyms, no INS',
    source: gh('nicholas-gcc/pe/issues/1'),
    mail: () => cda(withoutIns(homonym).then(withoutLocalId)),
    expected: 'to-confirm:several',
  },
  {
    kind: 'NIR of 13 characters, without its key',
    source: gh('gip-inclusion/carnet-de-bord/pull/1696'),
    mail: () => cda(withIns(claude, claude.ins.value.slice(0, 13))),
    expected: 'to-confirm:ins-unreadable',
  },
  {
    kind: 'INS with a wrong key',
    source: gh('betagouv/mrs/issues/1152'),
    mail: () => cda(withIns(claude, `${claude.ins.value.slice(0, 13)}00`)),
    expected: 'to-confirm:ins-unreadable',
  },
  {
    kind: 'identity that was merged into another',
    source: gh('dcm4che/dcm4chee-arc-light/issues/4968'),
    mail: () => cda(cdaOf(underFormerIns)),
    expected: 'to-confirm:former-ins',
  },
  {
    kind: 'one person under two records',
    source: gh('medic/cht-core/issues/7670'),
    mail: () => cda(cdaOf(recordedTwice[0]!)),
    expected: 'to-confirm:several',
  },
  {
    kind: 'proven homonym, in the software',
    source: gh('third-culture-software/bhima/issues/5221'),
    mail: () => cda(cdaOf(flagged)),
    expected: 'to-confirm:not-qualified',
  },
  {
    kind: 'PDF of its own beside an archive',
    source: gh('openemr/openemr/pull/5230'),
    mail: async () => rawMail([text(), attached(await xdmOf(claude)), pdf(otherPdf())]),
    expected: 'matched, to-confirm:without-ins',
  },

  {
    kind: 'twin whom the practice does not know',
    source: gh('NHSDigital/manage-vaccinations-in-schools/pull/2264'),
    mail: () => cda(withoutIns(otherTwin)),
    expected: 'aside:no-patient',
  },
  {
    kind: 'INS of one patient, traits of another',
    source: gh('HealthRex/CDSS/issues/289'),
    mail: () => cda(withIns(otherTwin, twin.ins.value)),
    expected: 'aside:ins-traits-differ',
  },
  {
    kind: 'archive that names two patients',
    source: gh('scandihealth/lpr3-docs/issues/142'),
    mail: async () => alone(attached(await otherPatientIn(1))),
    expected: 'aside:several-patients',
  },
  {
    kind: 'metadata of one patient, document of another',
    source: gh('scandihealth/lpr3-docs/issues/142'),
    mail: async () => alone(attached(await otherPatientIn(Infinity))),
    expected: 'aside:contradiction',
  },
  {
    kind: 'two patients in one mail',
    source: gh('scandihealth/lpr3-docs/issues/142'),
    mail: async () =>
      rawMail([
        text(),
        attached(await cdaOf(claude), 'text/xml', 'attachment'),
        attached(await cdaOf(corsican), 'text/xml', 'attachment'),
      ]),
    expected: 'aside:several-patients, aside:several-patients',
  },
  {
    kind: 'number of the test domain, in production',
    source: gh('Interop-Sante/hl7.fhir.fr.core/issues/162'),
    mail: () => cda(cdaOf(claude)),
    expected: 'aside:test-ins',
    environment: 'production',
  },
  {
    kind: 'winmail.dat',
    source: gh('zammad/zammad/issues/2403'),
    mail: () =>
      alone(attached(Buffer.from('789f3e220100', 'hex'), 'application/ms-tnef', 'attachment; filename="winmail.dat"')),
    expected: 'aside:winmail',
  },
  {
    kind: 'smime.p7m',
    source: gh('freescout-help-desk/freescout/issues/2540'),
    mail: () =>
      alone(
        attached(
          Buffer.from('308006092a864886f70d010703', 'hex'),
          'application/x-pkcs7-mime; name=smime.p7m',
          'attachment; filename="smime.p7m"',
        ),
      ),
    expected: 'aside:encrypted',
  },
  {
    kind: 'empty file in the place of the PDF',
    source: gh('DirectProject/nhin-d/issues/99'),
    mail: () => alone(pdf(new Uint8Array())),
    expected: 'aside:empty',
  },
  {
    kind: 'PDF alone',
    source: gh('openemr/openemr/pull/5230'),
    mail: () => alone(pdf(demoLetterPdf())),
    expected: 'aside:no-identity',
  },
  {
    kind: 'zip that is no archive of documents',
    source: gh('DirectProject/nhin-d/issues/178'),
    mail: async () => alone(attached(await zipOf({ 'photo.txt': Buffer.from('x') }))),
    expected: 'aside:not-xdm',
  },
  {
    kind: 'zip inside a zip',
    source: gh('alphagov/backdrop/pull/360'),
    mail: async () => alone(attached(await zipOf({ 'IHE_XDM.zip': await xdmOf(claude) }))),
    expected: 'aside:nested-archive',
  },
  {
    kind: 'zip bomb',
    source: gh('modoboa/modoboa/pull/4058'),
    mail: async () => alone(attached(await zipOf({ 'METADATA.XML': Buffer.alloc(60_000_000) }))),
    expected: 'aside:archive-refused',
  },
  {
    kind: 'archive cut on the way',
    source: gh('Webklex/php-imap/issues/203'),
    mail: async () => alone(attached((await xdmOf(claude)).subarray(0, 3_000))),
    expected: 'aside:archive-refused',
  },
  {
    kind: 'document changed on the way',
    source: gh('nodemailer/mailparser/issues/141'),
    mail: async () => alone(attached(await alteredDocument())),
    expected: 'aside:altered',
  },
  {
    kind: 'CDA whose declaration is malformed',
    source: gh('metriport/metriport/pull/4557'),
    mail: () =>
      cda(
        cdaOf(claude, (xml) =>
          xml.replace(/^<\?xml[^?]*\?>/, '<?xm aaal version="1.0"?>').replace('</ClinicalDocument>', ''),
        ),
      ),
    expected: 'aside:unreadable',
  },
  {
    kind: 'XML of another kind',
    source: gh('RainLoop/rainloop-webmail/issues/858'),
    mail: () => cda(Promise.resolve(Buffer.from('<?xml version="1.0"?><postacert tipo="accettazione"/>'))),
    expected: 'aside:unknown-format',
  },
  {
    kind: 'mail in a mail, five times',
    source: gh('verdammelt/tnef/issues/47'),
    mail: () => nestedMail(5),
    expected: 'aside:closed',
  },
  {
    kind: 'thousands of parts',
    source: gh('Cocoanetics/SwiftMail/pull/233'),
    mail: async () => Promise.resolve(rawMail(Array.from({ length: 3_000 }, () => text('x')))),
    expected: 'aside:mail-unreadable',
  },
  {
    kind: 'patient who sends a photograph of a letter',
    source: 'https://esante-martinique.fr/?p=461',
    mail: async () => Promise.resolve(rawMail([text(), pdf(otherPdf())], patientMailbox)),
    expected: 'to-confirm:without-ins',
  },
];

const withoutLocalId = (xml: Uint8Array): Uint8Array =>
  Buffer.from(
    Buffer.from(xml)
      .toString('utf8')
      .replace(/(<patientRole[^>]*>)\s*<id [^>]*?(?:\/>|><\/id>)/, '$1'),
  );

/** A PDF that is no copy of any document. */
function otherPdf(): Uint8Array {
  const source = Buffer.from(demoLetterPdf());
  return Buffer.concat([source, Buffer.from(`\n% ${createHash('sha1').update(source).digest('hex')}\n`)]);
}

/** The archive with the identifier of somebody else in its metadata, at the first places. */
async function otherPatientIn(places: number): Promise<Uint8Array> {
  const stranger = fictivePatient({ insOrder: 77 }).ins.value;
  let left = places;
  return made.changedXdm(claude, (name, bytes) =>
    name.endsWith('METADATA.XML')
      ? Buffer.from(
          bytes
            .toString('utf8')
            .replaceAll(`${claude.ins.value}^^^&amp;${test10}`, (own) =>
              left-- > 0 ? own.replace(claude.ins.value, stranger) : own,
            ),
        )
      : bytes,
  );
}

const alteredDocument = (): Promise<Uint8Array> =>
  made.changedXdm(claude, (name, bytes) =>
    /\.XML$/i.test(name) && !name.endsWith('METADATA.XML')
      ? Buffer.from(bytes.toString('utf8').replace('FIC', 'FIK'))
      : bytes,
  );

async function nestedMail(times: number): Promise<Uint8Array> {
  let mail = await xdm();
  for (let left = times; left > 0; left -= 1) mail = await alone(forwarded(mail));
  return mail;
}
