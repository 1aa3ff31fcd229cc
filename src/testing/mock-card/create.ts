import { join } from 'node:path';
import { createPkcs11Provider, type Pkcs11Provider, type Pkcs11ProviderOptions } from '../../auth/index.ts';
import { TerrESanteError } from '../../errors.ts';
import { here } from '../../internal/here.cjs';
import { createTestHierarchy } from '../pki/hierarchy.ts';
import type { MockCard, MockCardContent, MockCardOptions, MockFault, MockPractice } from './model.ts';
import { MockPkcs11 } from './module.ts';
import {
  fileStore,
  memoryStore,
  writeStore,
  type MockSetup,
  type MockState,
  type MockStore,
  type StoredCard,
} from './state.ts';

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const tlv = (tag: number, value: Uint8Array): Buffer => Buffer.concat([Buffer.from([tag, value.length]), value]);

function practiceBytes(practice: MockPractice): Uint8Array {
  if (practice instanceof Uint8Array) return practice;
  const { name, structureId, activitySector } = practice;
  return tlv(
    0xee,
    Buffer.concat([
      tlv(0x84, Buffer.from(name)),
      tlv(0x85, Buffer.from(structureId)),
      tlv(0x86, Buffer.from(activitySector)),
    ]),
  );
}

function store({
  signature,
  authentication,
  practices = {},
  specialtyCode,
  kind = 'cps',
}: MockCardContent): StoredCard {
  if (kind !== 'cps') {
    return {
      kind,
      certificates: [{ id: 0x30, label: 'Certificat Technique CPS', value: base64(signature.certDer) }],
      keys: [{ id: 0x30, label: 'CPS_PRIV_TECH_AUT', pem: signature.keyPem }],
      data: [],
    };
  }
  return {
    kind,
    certificates: [
      { id: 0x10, label: 'Certificat de Signature CPS', value: base64(signature.certDer) },
      ...(authentication
        ? [{ id: 0x20, label: "Certificat d'Authentification CPS", value: base64(authentication.certDer) }]
        : []),
    ],
    keys: [
      { id: 0x10, label: 'CPS_PRIV_SIG', pem: signature.keyPem },
      ...(authentication ? [{ id: 0x20, label: 'CPS_PRIV_AUT', pem: authentication.keyPem }] : []),
    ],
    data: [
      ...(specialtyCode === undefined
        ? []
        : [{ label: 'CPS_INFO_PS', value: base64(tlv(0x30, Buffer.from(specialtyCode))), secret: false }]),
      ...Object.entries(practices).map(([index, practice]) => ({
        label: `CPS_ACTIVITY_${index.padStart(2, '0')}_PS`,
        value: base64(practiceBytes(practice)),
        secret: true,
      })),
    ],
  };
}

const entry = (fault: MockFault): MockState['faults'][number] => ({
  fault,
  after: fault.after ?? 0,
  times: fault.times ?? 1,
});

/**
 * A CPS card for a vendor's tests and continuous integration: the real card provider, on a stand-in
 * for the native module, with cards made at run time and faults by script.
 *
 * A fault that would stop or block this process (`crash`, and `hang` elsewhere than in `C_Sign`)
 * needs `isolation: 'child-process'`, and is refused otherwise.
 *
 * @example
 * ```ts
 * import { createMockCard } from 'terr-esante-sdk/testing';
 *
 * const card = await createMockCard({ faults: [{ on: 'C_Sign', do: 'remove', after: 1 }] });
 * const provider = card.provider();
 * const first = await provider.sign('rsa-sha256', new Uint8Array([1, 2, 3]));
 * first.length; // 256
 * const second = await provider.sign('rsa-sha256', new Uint8Array([1, 2, 3])).catch((error) => error.code);
 * second; // 'TE_CARD_REMOVED'
 * await card.close();
 * ```
 *
 * @throws TerrESanteError `TE_INPUT_INVALID`
 * @group Mock card
 */
export async function createMockCard(options: MockCardOptions = {}): Promise<MockCard> {
  const { readers = [0], pin = '1234', pinPad = false, tries = 3, faults = [] } = options;
  let { cards } = options;
  if (!cards) {
    const { professional } = await createTestHierarchy();
    const practice = { name: 'CABINET FICTIF', structureId: '499900000011001', activitySector: 'SA07' };
    cards = [{ ...professional, practices: { 1: practice }, specialtyCode: 'SM26' }];
  }
  const setup: MockSetup = { cards: cards.map(store), pin, pinPad };
  const state: MockState = {
    readers: readers.map((card) => ({ card, generation: 0 })),
    triesLeft: cards.map(() => tries),
    faults: faults.map(entry),
  };

  let current: MockStore = memoryStore(setup, state);
  let folder: { readonly folder: string; remove(): void } | null = null;
  const module = new MockPkcs11(() => current);
  const providers: Pkcs11Provider[] = [];
  let inProcess = false;

  const refuse = ({ do: kind, on }: MockFault): void => {
    if (kind === 'crash' || (kind === 'hang' && on !== 'C_Sign')) {
      throw new TerrESanteError(
        'TE_INPUT_INVALID',
        'Cette faute arrêterait le processus : utilisez isolation "child-process".',
        {
          details: { function: on },
        },
      );
    }
  };

  const provider = (given: Partial<Pkcs11ProviderOptions> = {}): Pkcs11Provider => {
    const inChild = given.isolation === 'child-process';
    if (inChild && !folder) {
      folder = writeStore(setup, state);
      current = fileStore(folder.folder);
    }
    if (!inChild) {
      inProcess = true;
      current.update(({ faults: all }) => all.forEach(({ fault }) => refuse(fault)));
    }
    const made = createPkcs11Provider({
      library: folder && inChild ? folder.folder : join(here, 'mock-card'),
      module: inChild ? join(here, '..', 'testing', 'mock-card', 'pkcs11.js') : module,
      isolation: 'in-process',
      onPinRequired: () => pin,
      pinLength: [pin.length, pin.length],
      ...given,
    });
    providers.push(made);
    return made;
  };

  const move = (card: number | null, reader: number): void =>
    current.update(({ readers: all }) => {
      const place = all[reader];
      if (!place) {
        throw new TerrESanteError('TE_INPUT_INVALID', "Ce lecteur fictif n'existe pas.", { details: { reader } });
      }
      place.card = card;
      place.generation += 1;
    });

  return {
    module,
    calls: module.calls,
    fault(fault) {
      if (inProcess) refuse(fault);
      current.update(({ faults: all }) => void all.push(entry(fault)));
    },
    remove: (reader = 0) => move(null, reader),
    insert: (card = 0, reader = 0) => move(card, reader),
    provider,
    async close() {
      await Promise.all(providers.splice(0).map((one) => one.close()));
      folder?.remove();
      folder = null;
    },
  };
}
