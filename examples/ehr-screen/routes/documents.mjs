// A document of the dossier, read in the page. Nothing is kept: the browser gets it once.
import { readCda, renderCda } from 'terr-esante-sdk/documents';
import { personOf } from './person.mjs';

/** A frame of our own page may show it; it runs nothing, loads nothing and goes nowhere. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

export async function openDocument(world, body) {
  const { te, once } = world;
  const { patient } = personOf(world, body);
  const { bytes } = await te.documents.fetch(patient, body.uniqueId);

  const page = once.put('text/html; charset=utf-8', renderCda(bytes), `${policy}; sandbox`);
  const pdf = readCda(bytes).attachments.find(({ mediaType, content }) => mediaType === 'application/pdf' && content);
  return { page, pdf: pdf ? once.put('application/pdf', await bytesOf(pdf.content), policy) : null };
}

async function bytesOf(source) {
  const parts = [];
  for await (const part of source.open()) parts.push(part);
  return Buffer.concat(parts);
}
