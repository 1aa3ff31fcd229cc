import { TerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { optionsOf } from '../../internal/border.ts';
import { callChecks } from '../../internal/option-checks.ts';
import type { InsiPort } from '../../transport/index.ts';
import type { PlatformContext } from '../policy/context.ts';

/**
 * The INSi as an operation of the client: where the descriptor binds it and the host says how to
 * reach it.
 *
 * @param port - made at the first call; `null` when the host gives no access
 */
export function createInsiOperations(context: PlatformContext, port: () => Promise<InsiPort | null>): InsiPort {
  const ask = async <T>(
    given: CallOptions | undefined,
    work: (insi: InsiPort, options: CallOptions) => Promise<T>,
  ): Promise<T> => {
    context.requireOpen();
    const options = optionsOf('options', given, callChecks);
    const binding = context.descriptor.bindings.insi?.value;
    const insi = binding === 'soap-insi' ? await port() : null;
    if (!binding || !insi) throw withoutInsi();

    const plan = { operation: 'insi', binding, options, late: "Le téléservice INSi n'a pas répondu à temps." } as const;
    const { value } = await context.exchange(plan, (signal) => work(insi, { signal }));
    return value;
  };

  return {
    searchByTraits: (query, options) => ask(options, (insi, call) => insi.searchByTraits(query, call)),
    searchByVitale: (query, options) => ask(options, (insi, call) => insi.searchByVitale(query, call)),
    verify: (patient, options) => ask(options, (insi, call) => insi.verify(patient, call)),
    verifyBatch: (patients, options) => ask(options, (insi, call) => insi.verifyBatch(patients, call)),
  };
}

function withoutInsi(): TerrESanteError {
  return new TerrESanteError('TE_UNSUPPORTED', "L'accès au téléservice INSi n'est pas configuré.", {
    details: { operation: 'insi' },
  });
}
