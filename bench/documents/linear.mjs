// Four times the document: linear work costs four times, quadratic work sixteen.
import { checkCda, readCda, readMetadata } from 'terr-esante-sdk/documents';
import { cpuMs, median } from '../lib/race.mjs';

const section = (content) =>
  `<ClinicalDocument xmlns="urn:hl7-org:v3"><component><structuredBody><component><section>${content}</section></component></structuredBody></component></ClinicalDocument>`;
const many = (count, make) => Array.from({ length: count }, (_, index) => make(index)).join('');

/** What a document may hold a great many of; each for `count` times. */
const documents = {
  'elements, 80,000': (count) =>
    section(`<text>${many(count, (index) => `<content ID="a${index}">x</content>`)}</text>`),
  'table cells, 80,000': (count) =>
    section(`<text><table><tbody><tr>${many(count, () => '<td>x</td>')}</tr></tbody></table></text>`),
  'references to the narrative, 40,000': (count) =>
    section(
      `<text>${many(count / 2, (index) => `<content ID="a${index}">x</content>`)}</text>${many(
        count / 2,
        (index) =>
          `<entry><observation classCode="OBS" moodCode="EVN"><text><reference value="#a${index}"/></text></observation></entry>`,
      )}`,
    ),
};

const metadata = (count) =>
  `<SubmitObjectsRequest><ExtrinsicObject id="a">${many(
    count,
    (index) => `<Classification id="c${index}" classifiedObject="a" classificationScheme="urn:x"/>`,
  )}</ExtrinsicObject></SubmitObjectsRequest>`;

/**
 * Median CPU milliseconds of a call on an input of each size; what is refused has been read all the
 * same.
 */
async function costs(call, make) {
  const out = [];
  for (const count of [20_000, 40_000, 80_000]) {
    const bytes = Buffer.from(make(count));
    const times = [];
    for (let round = 0; round < 5; round += 1) {
      times.push(
        await cpuMs(async () => {
          try {
            await call(bytes);
          } catch {
            // A refusal at the end of the reading.
          }
        }),
      );
    }
    out.push(median(times));
  }
  return out;
}

export async function run() {
  const works = [
    ...Object.entries(documents).flatMap(([name, make]) => [
      [`readCda, ${name}`, readCda, make],
      [`checkCda, ${name}`, checkCda, make],
    ]),
    ['readMetadata, classifications, 80,000', readMetadata, metadata],
  ];
  const rows = [];
  for (const [name, call, make] of works) {
    const [one, two, four] = await costs(call, make);
    rows.push({
      name,
      value: four,
      unit: 'ms CPU',
      baseline: `a quarter and a half of it: ${Math.round(one)} and ${Math.round(two)} ms; ratio to the quarter`,
      ratio: four / one,
      goal: 'about 4, linear',
    });
  }
  return rows;
}
