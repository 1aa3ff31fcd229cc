import { inspect } from 'node:util';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import {
  createPkcs12Provider,
  createVihf,
  createVihfCache,
  explainAssertion,
  verifyAssertion,
  type SigningProvider,
} from '../../src/auth/index.ts';
import {
  createTestHierarchy,
  fictiveProfessional,
  fictiveStructure,
  type TestHierarchy,
} from '../../src/testing/index.ts';
import { writePfx } from '../../src/testing/pki/pfx.ts';
import { createPrivateKey } from 'node:crypto';
import { fixedRuntime, testNow, vihfInput } from './vihf-fixtures.ts';

// Planted in every input: a value of each kind that must not come out of an error, a printed object
// or the console.
const canaries = {
  ins: '185057800608491',
  name: 'CANARINOM',
  given: 'CANARIPRENOM',
  professional: '899900000029',
  structure: '499900000029001',
  password: 'canari-mot-de-passe',
  software: 'CANARILOGICIEL',
};
const secrets = Object.values(canaries);
let pki: TestHierarchy;
let card: SigningProvider;
const professional = {
  ...fictiveProfessional(),
  nationalId: canaries.professional,
  familyName: canaries.name,
  givenName: canaries.given,
};
const input = vihfInput({
  professional,
  structure: { ...fictiveStructure(), nationalId: canaries.structure },
  patient: { value: canaries.ins, oid: '1.2.250.1.213.1.4.10' },
  software: { name: canaries.software, version: '1' },
});

beforeAll(async () => {
  pki = await createTestHierarchy({ runtime: fixedRuntime(), professional });
  const { keyPem, certDer } = pki.professional.signature;
  const pfx = writePfx(canaries.password, [createPrivateKey(keyPem)], [certDer]);
  card = await createPkcs12Provider({ pfx, password: canaries.password });
});

const shown = (value: unknown): string =>
  `${inspect(value, { depth: 12, showHidden: false })} ${JSON.stringify(value)} ${String(value)}`;
function clean(value: unknown): void {
  const text = shown(value);
  for (const secret of secrets) expect(text).not.toContain(secret);
  expect(text).not.toMatch(/PRIVATE KEY/);
}
const caught = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => expect.unreachable('it should have failed'),
    (error: unknown) => error,
  );

describe('canaries', () => {
  it('do not come out of what is made or found', async () => {
    const vihf = await createVihf(input, card, { runtime: fixedRuntime() });
    clean(vihf);
    clean(card);
    clean(createVihfCache(card, { runtime: fixedRuntime() }));
    clean(await verifyAssertion(vihf.xml, { anchors: pki.anchors, runtime: fixedRuntime() }));
    clean(await explainAssertion(vihf.xml, { anchors: [], runtime: fixedRuntime(testNow + 1e9) }));
    expect(vihf.xml).toContain(canaries.ins);
  });

  it('do not come out of a refusal to make one', async () => {
    for (const changes of [
      { professional: { ...professional, nationalId: `${canaries.professional}x` } },
      { structure: { nationalId: `${canaries.structure}/x`, activitySector: 'SA07' } },
      { patient: { value: `${canaries.ins}9`, oid: '1.2' } },
      { subjectName: `${canaries.name}\0` },
      { professional: { ...professional, professionCode: canaries.name } },
      { software: { name: canaries.software, version: '' } },
      { target: { resourceUrn: 'urn:x', environment: 'production' as const } },
    ]) {
      clean(await caught(createVihf({ ...input, ...changes }, card, { runtime: fixedRuntime() })));
    }
    clean(
      await caught(createVihf({ ...input, professional: fictiveProfessional() }, card, { runtime: fixedRuntime() })),
    );
    clean(await caught(createPkcs12Provider({ pfx: Buffer.from(canaries.name), password: canaries.password })));
  });

  it('do not come out of a refusal to take one, whatever was done to it, nor of the console', async () => {
    const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) =>
      vi.spyOn(console, name).mockImplementation(() => undefined),
    );
    const { xml } = await createVihf(input, card, { runtime: fixedRuntime() });
    const changes: readonly (readonly [string, string])[] = [
      ['', ''],
      ['</saml2:Subject>', ''],
      [`<saml2:NameID>${canaries.professional}`, `<saml2:NameID>${canaries.professional}9`],
      [canaries.ins, `${canaries.ins}&x;`],
      [canaries.name, `${canaries.name}<!-- -->`],
      ['Name="LPS_Nom"', `Name="${canaries.professional} ${canaries.ins}"`],
      ['<ds:DigestValue>', `<ds:DigestValue>${canaries.name}`],
    ];
    for (const [from, to] of changes) {
      const document = xml.replace(from, to);
      clean(
        await caught(
          verifyAssertion(document, {
            anchors: [],
            runtime: fixedRuntime(testNow + 1e9),
            audience: 'urn:x',
            resourceUrn: 'urn:y',
          }),
        ),
      );
      clean((await explainAssertion(document, { anchors: [], runtime: fixedRuntime() })).findings);
    }
    for (const spy of spies) {
      expect(spy).not.toHaveBeenCalled();
      spy.mockRestore();
    }
  });
});
