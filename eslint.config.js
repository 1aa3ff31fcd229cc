import stylistic from '@stylistic/eslint-plugin';
import tseslint from 'typescript-eslint';

/** What every source keeps to. */
const syntax = [
  { selector: ":function > Identifier.params[name='one']", message: 'Name the parameter after what it is.' },
  { selector: "PropertyDefinition[accessibility='private']", message: 'Hide state with #private.' },
  { selector: "MethodDefinition[accessibility='private']", message: 'Hide state with #private.' },
];

/** A wait of one's own may never end: only the helpers hold timers and listen for what may not come. */
const waiting = 'Wait through src/internal/wait.ts or abort.ts.';
const waits = [
  { selector: 'CallExpression[callee.name=/^(setTimeout|setInterval)$/]', message: waiting },
  { selector: "CallExpression[callee.property.name='once']", message: waiting },
  { selector: "CallExpression[callee.object.name='Promise'][callee.property.name=/^(race|any)$/]", message: waiting },
  { selector: "ImportDeclaration[source.value='node:timers/promises']", message: waiting },
  { selector: "ImportExpression[source.value='node:timers/promises']", message: waiting },
  { selector: "ImportDeclaration[source.value='node:events'] ImportSpecifier[imported.name='once']", message: waiting },
];

/** A line of code in an example of a doc comment keeps its literal whole. */
const longExample = '^\\s*\\* .*[;{}(]\\s*(?://.*)?$|^\\s*\\* .*; // ';

export default tseslint.config(
  {
    ignores: [
      'dist/**',
      'coverage/**',
      'site/**',
      'node_modules/**',
      'bench/**',
      '.tmp/**',
      'src/nomenclature/tables/**',
      'src/identity/reference/countries.ts',
    ],
  },
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ['src/**/*.ts', 'test/**/*.ts'] })),
  {
    files: ['src/**/*.ts', 'test/**/*.ts'],
    languageOptions: { parserOptions: { project: './tsconfig.test.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, varsIgnorePattern: '^_$' }],
      'no-control-regex': 'off',
    },
  },
  {
    // How the sources breathe. Blank lines part steps, which no rule can see: none inserts them.
    files: ['src/**/*.ts'],
    plugins: { '@stylistic': stylistic },
    rules: {
      curly: ['error', 'multi-line'],
      'no-nested-ternary': 'error',
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true, IIFEs: true }],
      '@stylistic/max-len': ['error', { code: 1_000, comments: 100, ignoreUrls: true, ignorePattern: longExample }],
      '@stylistic/no-multiple-empty-lines': ['error', { max: 1 }],
      '@stylistic/padded-blocks': ['error', 'never'],
      'no-restricted-syntax': ['error', ...syntax, ...waits],
    },
  },
  {
    files: ['src/internal/wait.ts', 'src/internal/abort.ts'],
    rules: { 'no-restricted-syntax': ['error', ...syntax] },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
);
