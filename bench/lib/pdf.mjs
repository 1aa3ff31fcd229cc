import { randomBytes } from 'node:crypto';

/** The bytes around one image of that many incompressible bytes: what a scan is. */
export function scannedPdfParts(imageBytes) {
  const head = `%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n3 0 obj\n<< /Subtype /Image /Filter /DCTDecode /Length ${imageBytes} >>\nstream\n`;
  const tail = `\nendstream\nendobj\nxref\n0 1\n0000000000 65535 f \ntrailer\n<< /Root 1 0 R /Size 4 >>\nstartxref\n9\n%%EOF\n`;
  return { head: Buffer.from(head), tail: Buffer.from(tail) };
}

export function scannedPdf(imageBytes) {
  const { head, tail } = scannedPdfParts(imageBytes);
  return Buffer.concat([head, randomBytes(imageBytes), tail]);
}
