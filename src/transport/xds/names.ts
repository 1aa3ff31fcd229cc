/** Namespaces of ebXML registry 3.0 and of IHE XDS.b. Version 2.1 of ebRIM is another language. */
export const xdsNames = {
  rim: 'urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0',
  registry: 'urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0',
  query: 'urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0',
  lifeCycle: 'urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0',
  xds: 'urn:ihe:iti:xds-b:2007',
} as const;

/** The answer that only says how it went. */
export const registryResponseName = { localName: 'RegistryResponse', namespace: xdsNames.registry };
