// The JSON Schemas (2020-12) of a configuration and of a descriptor, and the descriptors as JSON, from the tables
// that the library checks with. What a rule says beyond the kind of a value is added here, under the rule's id.
const dialect = 'https://json-schema.org/draft/2020-12/schema';

/** A shape of src/platform/shape as a JSON Schema. */
export function toJsonSchema(shape, comments = false) {
  const inside = (inner) => toJsonSchema(inner, comments);
  switch (shape.kind) {
    case 'text':
      return {
        type: 'string',
        maxLength: shape.maxLength,
        ...(shape.pattern && { pattern: shape.pattern.source }),
      };
    case 'words':
      return { enum: [...shape.words] };
    case 'count':
      return { type: 'integer', minimum: shape.min, maximum: shape.max };
    case 'flag':
      return { type: 'boolean' };
    case 'or-null':
      return { anyOf: [inside(shape.of), { type: 'null' }] };
    case 'list':
      return { type: 'array', maxItems: shape.max, items: inside(shape.of) };
    case 'map':
      return {
        type: 'object',
        propertyNames: { pattern: '^(?:[A-Za-z0-9][A-Za-z0-9._:-]{0,79}|\\$comment)$' },
        properties: { $comment: { type: 'string' } },
        additionalProperties: inside(shape.of),
      };
    default: {
      const properties = Object.entries(shape.members).map(([name, member]) => [
        name,
        shape.graded && name !== 'value' ? { $ref: `#/$defs/${name}` } : inside(member),
      ]);
      return {
        type: 'object',
        required: Object.keys(shape.members).filter((name) => shape.members[name].optional !== true),
        properties: { ...Object.fromEntries(properties), ...(comments && { $comment: { type: 'string' } }) },
        additionalProperties: false,
      };
    }
  }
}

export function descriptorSchema({ descriptorShape }) {
  const { properties, ...schema } = toJsonSchema(descriptorShape, true);
  const { confidence, evidence } = descriptorShape.members.brand.members;
  return {
    $schema: dialect,
    title: 'Terr-eSanté platform descriptor',
    description:
      'What loadDescriptor of terr-esante-sdk/platform takes; it also refuses values of another environment (DESC-ENVIRONMENT).',
    ...schema,
    properties: { $schema: { type: 'string' }, ...properties },
    $defs: { confidence: toJsonSchema(confidence), evidence: toJsonSchema(evidence) },
  };
}

const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const mailForm = `^(?![.])(?![^@]*[.][.])[A-Za-z0-9._+-]{0,63}[A-Za-z0-9_+-]@(?![pP][aA][tT][iI][eE][nN][tT][.]mssante)(?:${label}[.])+[mM][sS][sS][aA][nN][tT][eE][.][fF][rR]$`;
const prefix = '(?:[uU][rR][nN]:[oO][iI][dD]:)?';

/** Characters that nobody sees, those of the first plane: see src/internal/text.ts. */
const unseen =
  '\\u0000-\\u001F\\u007F-\\u009F\\u061C\\u180E\\u200B-\\u200F\\u2028-\\u202E\\u2060-\\u206F\\uFEFF\\uFFF9-\\uFFFB';

/** What the rules say of one value, where a schema can say it. */
function valueRules({ oidShape, insOids, rppsForm, sectorForm }) {
  const oid = oidShape.source.slice(1, -1);
  const patients = insOids.map((ins) => ins.oid.replaceAll('.', '[.]')).join('|');
  const threeArcs = '(?:[0-9]+[.]){2}';
  const domain = { 'CFG-13': { pattern: `^(?=.*\\S)[^${unseen}\\\\^&|~]{1,199}$` } };

  return {
    'modules.tlsi.enabled': { 'CFG-02': { const: true } },
    'modules.terrESante.enabled': { 'CFG-02': { const: true } },
    'host.oidRoot': {
      'CFG-24': {
        anyOf: [{ pattern: `^\\s*$` }, { maxLength: 64, pattern: `^(?=${threeArcs})(?!(?:${patients})$)(?:${oid})$` }],
      },
    },
    'user.rpps': { 'CFG-04': { pattern: rppsForm.source } },
    'user.nationalId': { 'CFG-06': { pattern: '^(?:8[0-9]{11})?$' } },
    'user.mssAddress': { 'CFG-07': { maxLength: 254, pattern: mailForm } },
    'quai.eMailSecur': { 'CFG-08': { maxLength: 254, pattern: mailForm } },
    'quai.url': { 'CFG-10': { pattern: '^[hH][tT][tT][pP][sS]://[^/?#@\\s]+(?:[/?][^#\\s]*)?$' } },
    'quai.oid': {
      'CFG-11': { pattern: `^${prefix}(?=.{1,64}$)(?=${threeArcs})(?:${oid})$` },
      'CFG-12': { not: { pattern: `^${prefix}(?:${patients})$` } },
    },
    'quai.domainName': domain,
    'quai.domainCode': domain,
    'quai.domainType': domain,
    'structure.activitySector': { 'CFG-16': { pattern: sectorForm.source } },
  };
}

/** What the rules say of several values together. */
function jointRules({ structureIdForms }) {
  const at = (path, schema) =>
    path
      .split('.')
      .reverse()
      .reduce((inner, name) => ({ properties: { [name]: inner }, required: [name] }), schema);
  const kinds = Object.entries(structureIdForms);
  const declared = { properties: {} };
  for (const name of ['domainDeclaredToPlatform', 'domainDeclaredToSri', 'accountOpened']) {
    declared.properties[name] = { const: true };
  }

  return [
    {
      $comment: 'CFG-01',
      if: at('host.product', { pattern: '^\\s*[eEéÉ]\\u0301?[oO]\\s*$' }),
      then: at('host.version', {
        pattern: '^(?:0*9[.]0*(?:[5-9]|[1-9][0-9]+)|0*[1-9][0-9]+[.][0-9]{1,6})(?:[.][0-9]{1,9})?$',
      }),
    },
    { $comment: 'CFG-04', ...at('user.rpps', {}) },
    { $comment: 'CFG-15', ...at('structure.nationalIdKind', { enum: kinds.map(([kind]) => kind) }) },
    ...kinds.map(([kind, form]) => ({
      $comment: 'CFG-15',
      if: at('structure.nationalIdKind', { const: kind }),
      then: at('structure.nationalId', { pattern: form.source }),
    })),
    {
      $comment: 'CFG-17',
      if: at('user.professionCode', { const: '10' }),
      then: at('user.specialtyCode', { pattern: '\\S' }),
    },
    { $comment: 'CFG-19', if: at('environment', { const: 'production' }), then: at('registration', declared) },
  ];
}

export function configSchema(parts) {
  const { properties, ...schema } = toJsonSchema(parts.configShape);
  for (const [path, rules] of Object.entries(valueRules(parts))) {
    const names = path.split('.');
    const last = names.pop();
    const holder = names.reduce((at, name) => at[name].properties, properties);
    holder[last] = {
      ...holder[last],
      allOf: Object.entries(rules).map(([$comment, rule]) => ({ $comment, ...rule })),
    };
  }
  return {
    $schema: dialect,
    title: 'Terr-eSanté configuration',
    description:
      'TerrESanteConfig of terr-esante-sdk. Rules that no schema can say are left to checkConfig: CFG-05, CFG-06 (against the RPPS), CFG-08 (own address), CFG-10 (hosts), CFG-12 (regional OID), CFG-20, CFG-23, CFG-24 (patient domain), and all warnings.',
    ...schema,
    properties: { $schema: { type: 'string' }, ...properties },
    allOf: jointRules(parts),
  };
}

/** What the template of production says to who completes it. */
const notes = {
  '': 'Template. Only what is published stands here: ask the platform for the rest, write it with the confidence "stated" and the document as evidence, then pin the SHA-256 of the file in the settings of your software.',
  bindings:
    'dossier.status, dossier.create, consent, careCircle, notifications and documents.list are not bound: no wire is published for them, and each fails with TE_UNSUPPORTED before any call. Ask which transactions answer at the address of the services, and bind each to soap-ihe, fhir-r4 or a binding of your own.',
  vihf: 'resourceUrn: without it no assertion is signed. Ask for the VIHF version, the audience and the lifetime too.',
  identity: 'regionalOid: the OID of the regional identity server; a local domain must never be the same.',
};

/** The descriptors of the package, by the name of their file. */
export function descriptorFiles({ productionDescriptor, simulatorDescriptor }) {
  const $schema = '../schemas/descriptor.schema.json';
  const { 'documents.deposit': deposit } = productionDescriptor.bindings;
  const template = Object.fromEntries(
    Object.entries(productionDescriptor).map(([name, value]) => [
      name,
      name in notes ? { $comment: notes[name], ...value } : value,
    ]),
  );
  return {
    production: { $schema, $comment: notes[''], ...template },
    simulator: { $schema, ...simulatorDescriptor },
    'mail-only': {
      $schema,
      ...productionDescriptor,
      id: `${productionDescriptor.id}-mail-only`,
      bindings: { 'documents.deposit': deposit },
    },
  };
}

/** Where the tables stand that the files are made of. */
export const schemaSources = `
  export { insOids } from './src/identity/ins/oid.ts';
  export { oidShape } from './src/internal/oid.ts';
  export { rppsForm, sectorForm, structureIdForms } from './src/platform/config/forms.ts';
  export { configShape } from './src/platform/config/shape.ts';
  export { descriptorShape } from './src/platform/descriptor/shape.ts';
  export { productionDescriptor, simulatorDescriptor } from './src/platform/index.ts';
`;

/** The JSON files of the package, by their path under `dist/`. */
export function schemaFiles(parts) {
  const descriptors = Object.entries(descriptorFiles(parts)).map(([name, value]) => [
    `descriptors/${name}.json`,
    value,
  ]);
  return {
    'schemas/config.schema.json': configSchema(parts),
    'schemas/descriptor.schema.json': descriptorSchema(parts),
    ...Object.fromEntries(descriptors),
  };
}
