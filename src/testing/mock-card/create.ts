import { resolve } from 'node:path';
import { createPkcs11Provider, type Pkcs11Provider, type Pkcs11ProviderOptions } from '../../auth/index.ts';
import { TerrESanteError } from '../../errors.ts';
import { numberIn, optionsOf, reading, recordOf } from '../../internal/border.ts';
import { ownFile } from '../../internal/own-file.ts';
import { createTestHierarchy } from '../pki/hierarchy.ts';
import { storedCard } from './content.ts';
import { cardChecks, faultChecks } from './option-checks.ts';
import type { MockCard, MockCardContent, MockCardOptions, MockFault } from './model.ts';
import { MockPkcs11 } from './module.ts';
import { fileStore, memoryStore, writeStore, type MockSetup, type MockState, type MockStore } from './state.ts';

type Folder = ReturnType<typeof writeStore>;

function plannedFault(fault: MockFault): MockState['faults'][number] {
  return { fault, after: fault.after ?? 0, times: fault.times ?? 1 };
}

/** The file that plays the native module in a child process. */
function moduleFile(): string {
  const file = ownFile('testing/mock-pkcs11');
  if (file !== null) return file;

  throw new TerrESanteError(
    'TE_CONFIG_INVALID',
    "Le module de la carte fictive n'est pas auprès du programme : donnez dans module le chemin de terr-esante-sdk/testing/mock-pkcs11.",
    { details: { option: 'module', resolve: 'terr-esante-sdk/testing/mock-pkcs11' } },
  );
}

/** A fault that would stop or block this process is played in a child only. */
function refuseInProcess({ do: kind, on }: MockFault): void {
  if (kind === 'crash' || (kind === 'hang' && on !== 'C_Sign')) {
    throw new TerrESanteError(
      'TE_INPUT_INVALID',
      'Cette faute arrêterait le processus : utilisez isolation "child-process".',
      { details: { function: on } },
    );
  }
}

class ScriptedCard implements MockCard {
  readonly module: MockPkcs11;
  readonly #setup: MockSetup;
  readonly #state: MockState;
  readonly #providers: Pkcs11Provider[] = [];
  /** In memory, until a child process needs files. */
  #store: MockStore;
  #folder: Folder | null = null;
  #inProcess = false;

  constructor(cards: readonly MockCardContent[], options: MockCardOptions) {
    const { readers = [0], pin = '1234', pinPad = false, tries = 3, faults = [] } = options;

    this.#setup = { cards: cards.map(storedCard), pin, pinPad };
    this.#state = {
      readers: readers.map((card) => ({ card, generation: 0 })),
      triesLeft: cards.map(() => tries),
      faults: faults.map(plannedFault),
    };
    this.#store = memoryStore(this.#setup, this.#state);
    this.module = new MockPkcs11(() => this.#store);
  }

  get calls(): readonly string[] {
    return this.module.calls;
  }

  fault(fault: MockFault): void {
    const checked = optionsOf('fault', fault, faultChecks);
    if (this.#inProcess) refuseInProcess(checked);
    this.#store.update(({ faults }) => void faults.push(plannedFault(checked)));
  }

  remove(reader = 0): void {
    this.#move(null, reader);
  }

  insert(card = 0, reader = 0): void {
    this.#move(numberIn('card', card, { max: this.#setup.cards.length - 1, integer: true }), reader);
  }

  provider(given: Partial<Pkcs11ProviderOptions> = {}): Pkcs11Provider {
    const { pin } = this.#setup;
    const options = reading('options', () => ({ ...recordOf('options', given, 'objet attendu') }));

    const provider = createPkcs11Provider({
      ...(options.isolation === 'child-process' ? this.#childLibrary(options.module) : this.#ownLibrary()),
      isolation: 'in-process',
      onPinRequired: () => pin,
      pinLength: [pin.length, pin.length],
      ...options,
    });
    this.#providers.push(provider);
    return provider;
  }

  async close(): Promise<void> {
    await Promise.all(this.#providers.splice(0).map((provider) => provider.close()));
    this.#folder?.remove();
    this.#folder = null;
  }

  /** The "library" of a child is the folder that both processes share. */
  #childLibrary(given: Pkcs11ProviderOptions['module']): Pick<Pkcs11ProviderOptions, 'library' | 'module'> {
    if (!this.#folder) {
      this.#folder = writeStore(this.#setup, this.#state);
      this.#store = fileStore(this.#folder.folder);
    }

    return { library: this.#folder.folder, module: given ?? moduleFile() };
  }

  #ownLibrary(): Pick<Pkcs11ProviderOptions, 'library' | 'module'> {
    this.#inProcess = true;
    this.#store.update(({ faults }) => faults.forEach(({ fault }) => refuseInProcess(fault)));

    return { library: resolve('mock-card'), module: this.module };
  }

  #move(card: number | null, reader: number): void {
    this.#store.update(({ readers }) => {
      const place = readers[numberIn('reader', reader, { integer: true })];
      if (!place) {
        throw new TerrESanteError('TE_INPUT_INVALID', "Ce lecteur fictif n'existe pas.", { details: { reader } });
      }

      place.card = card;
      place.generation += 1;
    });
  }
}

/** The card of the fictive professional, with one practice. */
async function fictiveCard(): Promise<MockCardContent> {
  const { professional } = await createTestHierarchy();
  const practice = { name: 'CABINET FICTIF', structureId: '499900000011001', activitySector: 'SA07' };

  return { ...professional, practices: { 1: practice }, specialtyCode: 'SM26' };
}

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
 * const second = provider.sign('rsa-sha256', new Uint8Array([1, 2, 3]));
 * const code = await second.catch((error) => error.code);
 * code; // 'TE_CARD_REMOVED'
 * await card.close();
 * ```
 *
 * @throws TerrESanteError `TE_INPUT_INVALID`
 * @group Mock card
 */
export async function createMockCard(options?: MockCardOptions): Promise<MockCard> {
  const given = optionsOf('options', options, cardChecks);
  const cards = given.cards ?? [await fictiveCard()];
  return reading('cards', () => new ScriptedCard(cards, given));
}
