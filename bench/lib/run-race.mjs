// `node run-race.mjs FILE`: runs one race and writes its rows as JSON to descriptor 3.
import { writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

let result;
try {
  const { run } = await import(pathToFileURL(process.argv[2]).href);
  result = { rows: typeof run === 'function' ? await run() : [] };
} catch (error) {
  result = { failed: error instanceof Error ? error.message : String(error) };
}
writeSync(3, JSON.stringify(result));
process.exit(0);
