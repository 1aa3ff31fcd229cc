// The child of the card lies outside of the archive, beside it.
import { join } from 'node:path';
import { main } from './service.mjs';

const outside = __dirname.replace('app.asar', 'app.asar.unpacked');

async function start() {
  await main({ childFile: join(outside, 'pkcs11-child.cjs'), module: join(outside, 'mock-pkcs11.cjs') });
  // An application goes on; a check ends. Run by Node, there is nothing to end.
  if (process.type === 'browser') require('electron').app.quit();
}

void start();
