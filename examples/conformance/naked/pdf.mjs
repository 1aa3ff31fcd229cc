import { makes } from './mutant.mjs';
import { Refusal } from './refusal.mjs';

/** Refuses a file that is no plain PDF. @returns warnings that do not prevent the deposit */
export function checkPdf(bytes) {
  const text = bytes.toString('latin1');
  if (bytes.length === 0) throw new Refusal('Le PDF est vide.');
  if (!text.startsWith('%PDF-')) throw new Refusal("Ce fichier n'est pas un PDF.");
  if (text.includes('/Encrypt')) throw new Refusal('Le PDF est chiffré : imprimez-le de nouveau sans mot de passe.');
  if (/\/JavaScript|\/JS\b/.test(text) && !makes('M28'))
    throw new Refusal('Le PDF contient un script : imprimez-le de nouveau.');
  if (text.includes('/EmbeddedFile')) throw new Refusal('Le PDF contient un fichier joint : imprimez-le de nouveau.');
  return text.includes('pdfaid') ? [] : ["Le PDF n'est pas déclaré PDF/A-1."];
}
