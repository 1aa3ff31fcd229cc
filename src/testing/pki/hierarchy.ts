import { derToPem } from '../../auth/certificates/pem.ts';
import type { Professional, Structure } from '../../identity/index.ts';
import { optionsOf, type Check, type Checks } from '../../internal/border.ts';
import { anyText, choice, number, record, runtime, text } from '../../internal/option-checks.ts';
import { systemRuntime } from '../../internal/runtime.ts';
import { makeAuthorities } from './authority.ts';
import type { TestCertificateOptions, TestHierarchy, TestHierarchyOptions } from './model.ts';
import { day } from './names.ts';
import { cardPair, structurePair } from './pairs.ts';
import { serverIdentity } from './server.ts';

/**
 * Makes a certificate hierarchy shaped like the IGC-Santé: a root, one authority for persons and
 * one for organisations, a CPS-like card (multi-valued name, card extensions, signature and
 * authentication keys), the certificates of a structure, and server certificates. Every key is new
 * at each call.
 *
 * The keys of cards and structures are RSA, as the CI-SIS asks of signatures, and are made at their
 * first use; those of authorities and servers are elliptic, so that the hierarchy itself costs
 * milliseconds.
 *
 * @example
 * ```ts
 * import { readCertificateIdentity } from 'terr-esante-sdk/auth';
 * import { createTestHierarchy } from 'terr-esante-sdk/testing';
 *
 * const { professional } = await createTestHierarchy();
 * const { nationalId, use, environment } = readCertificateIdentity(professional.signature.certDer);
 * nationalId; // '899900000011'
 * use; // 'signature'
 * environment; // 'test'
 * ```
 *
 * @group Test hierarchy
 */
export async function createTestHierarchy(given?: TestHierarchyOptions): Promise<TestHierarchy> {
  const options = optionsOf('options', given, hierarchyChecks);
  const now = (options.runtime ?? systemRuntime).clock.now();
  const authorities = makeAuthorities(now, options.environment !== 'production');
  const anchors = [authorities.root.der, authorities.persons.der, authorities.organisations.der];

  return {
    caPem: anchors.map(derToPem).join(''),
    anchors,
    professional: cardPair(authorities, options),
    structure: structurePair(authorities, options),
    server(name = 'localhost', options) {
      const { notAfter = now + 365 * day } = optionsOf('options', options, { notAfter: moment });
      return serverIdentity(authorities, text('name', name), notAfter);
    },
    card: async (card) => cardPair(authorities, optionsOf('options', card, certificateChecks)),
    structureCertificates: async (certificates) =>
      structurePair(authorities, optionsOf('options', certificates, certificateChecks)),
  };
}

/** A moment that the years of a certificate can name, up to 9999. */
const moment = number({ max: Date.UTC(9999, 11, 31) });

/** A person or a structure: what is told of it is text. */
function texts(name: string, value: unknown): never {
  const given: Readonly<Record<string, unknown>> = record(name, value);
  for (const [member, told] of Object.entries(given)) {
    if (told !== undefined && told !== null) anyText(`${name}.${member}`, told);
  }
  return given as never;
}

const professional: Check<Professional> = (name, value) => {
  const given: Professional = texts(name, value);
  for (const member of ['nationalId', 'familyName', 'professionCode'] as const) {
    anyText(`${name}.${member}`, given[member]);
  }
  return given;
};

const structure: Check<Structure> = (name, value) => {
  const given: Structure = texts(name, value);
  for (const member of ['nationalId', 'name'] as const) anyText(`${name}.${member}`, given[member]);
  return given;
};

const certificateChecks: Checks<TestCertificateOptions> = {
  professional,
  structure,
  notBefore: moment,
  notAfter: moment,
  stringType: choice('utf8', 't61'),
};

const hierarchyChecks: Checks<TestHierarchyOptions> = {
  ...certificateChecks,
  runtime,
  environment: choice('test', 'production'),
};
