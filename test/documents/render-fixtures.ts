import { buildLetter, buildVsm } from '../../src/documents/index.ts';
import { collect } from '../../src/internal/bytes.ts';
import { demoLetterPdf, fictivePatient, fictiveProfessional, fictiveStructure } from '../../src/testing/index.ts';
import { Random, randomInput, randomVsm, seededRuntime } from './random-input.ts';

/** A synthesis whose sections are all there. */
export async function summary(): Promise<string> {
  const random = new Random(9);
  const built = await buildVsm(
    { ...randomInput(random, 'everything'), content: randomVsm(random, 'everything') },
    { runtime: seededRuntime(random) },
  );
  return Buffer.from(await collect(built.content.open())).toString('utf8');
}
/** A letter that holds a PDF. */
export const letter = async (): Promise<Uint8Array> =>
  collect(
    (
      await buildLetter({
        patient: fictivePatient(),
        author: { professional: fictiveProfessional(), structure: fictiveStructure() },
        patientConsent: true,
        pdf: demoLetterPdf(),
      })
    ).content.open(),
  );

/** A narrative that would run or load something in a page that trusted it. */
const hostile = (origin: string): string =>
  [
    `<script>window.owned = 1; fetch('${origin}/script')</script>`,
    `<img src="${origin}/image" onerror="window.owned = 2"/>`,
    `<linkHtml href="javascript:window.owned=3">lien piégé</linkHtml>`,
    `<content styleCode="x&quot; onmouseover=&quot;window.owned=4" ID="a">texte</content>`,
    `<paragraph style="background:url(${origin}/style)">paragraphe</paragraph>`,
    `<iframe src="${origin}/frame"/><object data="${origin}/object"/><svg onload="window.owned=5"/>`,
    `<paragraph>&lt;script&gt;window.owned=6&lt;/script&gt;&lt;img src=x onerror=window.owned=7&gt;</paragraph>`,
    `<table><tbody><tr><td colspan="2 onclick=alert(1)">cellule</td></tr></tbody></table>`,
  ].join('');
/** The synthesis with the narrative and a title of an attacker. */
export const attacked = async (origin: string): Promise<string> =>
  (await summary())
    .replace('<table border="0">', `${hostile(origin)}<table border="0">`)
    .replace(/<title>.*?<\/title>/, '<title>&lt;/title&gt;&lt;script&gt;window.owned=8&lt;/script&gt;</title>');
