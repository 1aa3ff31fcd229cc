// The JSON of a request: everything of a patient travels here, never in an address.
import { TerrESanteError } from 'terr-esante-sdk';

/** A PDF of 10 MB in base64, and the fields beside it. */
const maxBytes = 15_000_000;

/** @throws TerrESanteError `TE_TOO_LARGE`, `TE_INPUT_INVALID` */
export async function readBody(request) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new TerrESanteError('TE_TOO_LARGE', 'Le fichier est trop grand.');
    chunks.push(chunk);
  }
  try {
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  } catch {
    // Told below: what was sent is not repeated.
  }
  throw new TerrESanteError('TE_INPUT_INVALID', "La demande de l'écran ne se lit pas.");
}
