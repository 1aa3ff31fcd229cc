// The ES modules and the CommonJS form in one process: each knows the errors and the submissions of
// the other.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { isTerrESanteError } from 'terr-esante-sdk';
import { packageXdm } from 'terr-esante-sdk/documents';
import { demoLetterPdf, fictivePatient, fictiveProfessional, fictiveStructure } from 'terr-esante-sdk/testing';

const require = createRequire(import.meta.url);
const other = require('terr-esante-sdk');
const { buildLetter, createSubmission } = require('terr-esante-sdk/documents');

const error = new other.TerrESanteError('TE_CLOSED', 'fermé');
assert.equal(isTerrESanteError(error), true);
assert.notEqual(other.isTerrESanteError, isTerrESanteError);

const letter = await buildLetter({
  patient: fictivePatient(),
  author: { professional: fictiveProfessional(), structure: fictiveStructure() },
  patientConsent: true,
  pdf: demoLetterPdf(),
});
const { content } = await packageXdm(createSubmission([letter], { sourceId: '2.999.1.10' }));
assert.ok(content.byteLength > 1_000);
