// One deposit of a file in a process of its own; prints its peak memory in MB. `ours` or `bare`
// (nodemailer alone).
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [mode, size] = process.argv.slice(2);
if (mode === 'receiver') {
  const { receiver } = await import('./mail.mjs');
  const { server, caPem } = await receiver();
  process.send({ port: server.port, caPem });
  process.on('disconnect', () => process.exit());
} else {
  const child = fork(fileURLToPath(import.meta.url), ['receiver']);
  const [{ port, caPem }] = await once(child, 'message');
  const folder = mkdtempSync(join(tmpdir(), 'te-bench-'));
  const path = join(folder, 'IHE_XDM.zip');
  const byteLength = Number(size) * 1_000_000;
  const chunk = Buffer.alloc(1_000_000, 7);
  writeFileSync(path, '');
  for (let written = 0; written < byteLength; written += chunk.length) writeFileSync(path, chunk, { flag: 'a' });
  const { from, submissionOf, to, transportTo } = await import('./mail.mjs');
  if (mode === 'ours') {
    const content = { byteLength, open: () => createReadStream(path) };
    const transport = transportTo({ server: { port }, caPem }, 0, {
      archive: async () => ({ fileName: 'IHE_XDM.zip', content }),
    });
    await transport.deposit(submissionOf('1.1'));
    await transport.close();
  } else {
    const { createTransport } = await import('nodemailer');
    const bare = createTransport({
      host: '127.0.0.1',
      port,
      requireTLS: true,
      tls: { ca: caPem, servername: 'localhost' },
    });
    await bare.sendMail({ from, to, subject: 'x', text: 'x', attachments: [{ path }] });
    bare.close();
  }
  rmSync(folder, { recursive: true, force: true });
  console.log(Math.round(process.resourceUsage().maxRSS / 1_000));
  child.disconnect();
}
