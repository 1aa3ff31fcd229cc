// A deposit: the SDK builds the document, writes it down, sends it, and tells what becomes of it.
import { depositStates, isFinal, TerrESanteError } from 'terr-esante-sdk';
import { demoLetterPdf } from 'terr-esante-sdk/testing';
import { fictiveSummary } from '../world/summary.mjs';
import { personOf } from './person.mjs';

/** How each kind is built. A summary is made of the coded data of the practice, the others of a PDF. */
const operations = {
  letter: 'depositLetter',
  prescription: 'depositPrescription',
  'report-pdf': 'depositReport',
  'vsm-structured': 'depositVsm',
};

/**
 * @param body - `kind`, `title`, `type`, `confidentiality`, `consent` (the box), `pdf` in base64 or `null`
 * @throws TerrESanteError those of `documents.deposit`: nothing was sent
 */
export async function deposit(world, body) {
  const { te, deposits } = world;
  const person = personOf(world, body);
  const { kind, title, type, confidentiality, consent } = body;
  if (!Object.hasOwn(operations, kind))
    throw new TerrESanteError('TE_INPUT_INVALID', 'Ce document ne se dépose pas ici.');

  const receipt = await te.documents[operations[kind]](person.patient, {
    title,
    confidentiality,
    patientConsent: consent === true,
    ...(kind === 'vsm-structured' ? { content: fictiveSummary, functionCode: 'PCP' } : { type, pdf: pdfOf(body) }),
  });

  deposits.add(receipt, { key: person.key, title, warnings: receipt.findings.map(({ message }) => message) });
  // Asks the dossier too: only there is a document known to be visible. What fails is in the receipt.
  te.outbox.wait(receipt, { patient: person.patient }).catch(() => undefined);
  return { uniqueId: receipt.uniqueId };
}

/** The file of the user, or the letter that goes with the SDK. */
function pdfOf({ pdf }) {
  return typeof pdf === 'string' && pdf !== '' ? new Uint8Array(Buffer.from(pdf, 'base64')) : demoLetterPdf();
}

export function depositsOf({ deposits }, { key }) {
  return deposits.of(key).map(({ receipt, states, title, warnings }) => {
    const { state, uniqueId, rejection, problem } = receipt;
    return {
      uniqueId,
      title,
      warnings,
      state,
      isFinal: isFinal(state),
      sentence: depositStates[state].sentence,
      steps: states.map((one) => ({ state: one, label: depositStates[one].label })),
      reason: rejection?.text ?? problem?.reason ?? null,
      code: rejection?.code ?? problem?.code ?? null,
    };
  });
}

/** How far the deposits of a patient are: the page asks as long as one is on its way. */
export const deposits = (world, body) => ({ deposits: depositsOf(world, personOf(world, body)) });
