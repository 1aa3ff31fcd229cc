// The child of the card lies outside of the archive, beside it.
import { join } from 'node:path';
import { main } from './service.mjs';

const outside = __dirname.replace('app.asar', 'app.asar.unpacked');
void main({ childFile: join(outside, 'pkcs11-child.cjs'), module: join(outside, 'mock-pkcs11.cjs') }).then(() => {
  // In Electron the application goes on; a check ends.
  if (process.versions.electron !== undefined && process.type === 'browser') require('electron').app.quit();
});
