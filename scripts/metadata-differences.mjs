// What the foreign judge refuses and our check lets pass, and why that is right.

/** Each with the words of the judge, and the rule of ours that tells it all the same (`null`: none does). */
const reasons = [
  [
    'organization name has to be specified',
    'XDS-INSTITUTION',
    'CI-SIS: a structure whose name the document does not know has an empty XON.1; told as a warning',
  ],
];

/** The reason for which a mutant may pass, or `null`. */
export function reasonOf({ there, here }) {
  return reasons.find(([words, rule]) => there.includes(words) && (rule === null || here.includes(rule)))?.[2] ?? null;
}

/** What was refused there and has no error here, with what each said. */
export async function differences(samples, verdicts, checkMetadata) {
  let refusedThere = 0;
  let refusedHere = 0;
  const passed = [];
  for (const [index, { change, xml }] of samples.entries()) {
    const there = verdicts[index];
    if (there.length > 0) refusedThere += 1;

    let findings = [];
    let ok = false;
    try {
      ({ ok, findings } = await checkMetadata(xml));
    } catch (error) {
      if (typeof error.code !== 'string' || !error.code.startsWith('TE_')) throw error;
    }
    if (!ok) refusedHere += 1;
    if (ok && there.length > 0) {
      passed.push({ change, there: there.join('; '), here: findings.map(({ rule }) => rule).join(' ') });
    }
  }
  return { refusedThere, refusedHere, passed };
}
