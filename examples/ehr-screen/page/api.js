// What the page asks of its server. Nothing of a patient is in an address, and nothing is kept in the browser.

/** The token of this start: the fragment of the address, which a browser sends to nobody. */
const token = location.hash.slice(1);

/** A refusal as the server words it: `message`, `hints`, `code`, `reference`. */
export class Refusal extends Error {
  constructor(view) {
    super(view.message);
    this.view = view;
  }
}

const unreachable = { code: 'ECRAN', message: "L'écran ne répond plus : relancez-le.", hints: [], reference: null };
const withoutToken = { ...unreachable, message: "Ouvrez l'adresse entière que le démarrage a affichée." };

async function post(path, body) {
  const headers = { 'Content-Type': 'application/json', 'X-Screen-Token': token };
  let response;
  try {
    response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
  } catch {
    throw new Refusal(unreachable);
  }
  if (response.status === 401) throw new Refusal(withoutToken);
  return response;
}

/** @throws Refusal */
export async function ask(path, body = {}) {
  const response = await post(path, body);
  const answer = await response.json().catch(() => ({ error: unreachable }));
  if (answer.error) throw new Refusal(answer.error);
  if (!response.ok) throw new Refusal(unreachable);
  return answer;
}

/** Each part of an answer as soon as it is known. */
export async function* askEach(path, body = {}) {
  const response = await post(path, body);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const lines = (rest + value).split('\n');
    rest = lines.pop();
    for (const line of lines) yield partOf(line);
  }
  if (rest !== '') yield partOf(rest);
}

/** The answer may end with a refusal: the parts that came before hold. */
function partOf(line) {
  const part = JSON.parse(line);
  if (part.error && !part.key) throw new Refusal(part.error);
  return part;
}
