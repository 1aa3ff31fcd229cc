import { ns } from '../../documents/metadata/constants.ts';

/** Namespaces of ebXML registry 3.0 and of IHE XDS.b. Version 2.1 of ebRIM is another language. */
export const xdsNames = {
  rim: ns.rim,
  registry: 'urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0',
  query: 'urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0',
  lifeCycle: ns.lcm,
  xds: ns.xds,
} as const;

/** An OID, without the URN that some write before it. */
export const bareOid = (oid: string): string => oid.trim().replace(/^urn:oid:/i, '');

/** The answer that only says how it went. */
export const registryResponseName = { localName: 'RegistryResponse', namespace: xdsNames.registry };
