// From a request to its answer: guard, static file, page that is read once, or operation.
import { routes } from '../routes/index.mjs';
import { errorView } from '../routes/error-view.mjs';
import { readBody } from './body.mjs';
import { refusalOf } from './guard.mjs';
import { OnceOnly } from './once-only.mjs';
import { pageHeaders, staticFile } from './static-files.mjs';

/** What every answer carries: nothing is kept, guessed, framed or shared with another site. */
const common = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** The listener of the server. */
export function createAnswers({ world, origin, token, log }) {
  const once = new OnceOnly();
  const page = pageHeaders(world.portal);
  const context = { ...world, once };

  return async (request, response) => {
    const path = request.url ?? '';
    // An address that is not one of ours may hold anything: it is not written down.
    const name = Object.hasOwn(routes, path) || staticFile(path) ? path : '(autre adresse)';
    response.on('finish', () => log(`${request.method} ${name} ${response.statusCode}`));

    const refused = refusalOf(request, { origin, token });
    if (refused) return send(response, refused, 'text/plain; charset=utf-8', '');
    if (request.method === 'POST') return operate(request, response, routes[path], context);

    const file = staticFile(path) ?? once.take(path);
    if (!file) return send(response, 404, 'text/plain; charset=utf-8', '');
    return send(response, 200, file.type, file.content, file.headers ?? page);
  };
}

/** One operation: JSON, or a line of JSON for each part of the answer as it becomes known. */
async function operate(request, response, route, context) {
  if (!route) return send(response, 404, 'application/json', '{}');
  try {
    const result = await route(context, await readBody(request));
    if (!result?.[Symbol.asyncIterator]) return send(response, 200, 'application/json', JSON.stringify(result ?? {}));

    response.writeHead(200, { ...common, 'Content-Type': 'application/x-ndjson' });
    for await (const part of result) {
      // The page was closed: what it asked for is asked no further.
      if (response.destroyed) break;
      response.write(`${JSON.stringify(part)}\n`);
    }
    return response.end();
  } catch (error) {
    const text = JSON.stringify({ error: errorView(error) });
    if (response.headersSent) return response.end(`${text}\n`);
    return send(response, 422, 'application/json', text);
  }
}

function send(response, status, type, content, headers = {}) {
  response.writeHead(status, { ...common, ...headers, 'Content-Type': type }).end(content);
}
