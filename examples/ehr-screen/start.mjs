#!/usr/bin/env node
// Starts the screen and prints its address: `npm start -- --port 8080 --wire fhir --patients 200`.
import { parseArgs } from 'node:util';
import { openScreen } from './server/screen.mjs';

const { values } = parseArgs({
  options: { port: { type: 'string' }, wire: { type: 'string' }, patients: { type: 'string' } },
});

const screen = await openScreen({
  ...(values.port && { port: Number(values.port) }),
  ...(values.wire && { wire: values.wire }),
  ...(values.patients && { patients: Number(values.patients) }),
  log: (line) => console.error(line),
});
console.log(`Écran : ${screen.url}`);
console.log('Patients fictifs, plateforme simulée : rien ne sort de ce poste. Ctrl+C pour arrêter.');

const stop = () => void screen.close().then(() => process.exit(0));
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
