// The screen as a whole: a world, and a server of this machine that shows it to one browser.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { createWorld } from '../world/world.mjs';
import { createAnswers } from './answers.mjs';

/**
 * Opens the screen on 127.0.0.1.
 *
 * @param {object} [options]
 * @param {number} [options.port] 0: a free one
 * @param {string} [options.wire] `simulator`, `soap` or `fhir`
 * @param {number} [options.patients] of the day's list
 * @param {(line: string) => void} [options.log] told of each request and of what the SDK does: nobody's
 *   name, identifier or document is in it
 * @param {import('terr-esante-sdk').Runtime} [options.runtime] clock and identifiers, for pictures
 * @param {{ notBefore: number, notAfter: number }} [options.validity] of the made-up certificates, for such a clock
 * @returns the address to give to a browser. Its fragment is the token: a browser sends it to nobody
 */
export async function openScreen({ port = 0, log = () => undefined, ...options } = {}) {
  const token = randomBytes(24).toString('base64url');
  const world = await createWorld({ ...options, log });

  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000, maxHeaderSize: 16_384 });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });

  const origin = `http://127.0.0.1:${server.address().port}`;
  server.on('request', createAnswers({ world, origin, token, log }));

  return {
    origin,
    url: `${origin}/#${token}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await world.close();
    },
  };
}
