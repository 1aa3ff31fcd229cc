// The public surface of every import path, under version control in api/: a new name is a decision.
// usage: node scripts/api-report.mjs [--check]     (needs the build; --check fails when a report is stale)
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';

const check = process.argv.includes('--check');
const root = resolve(import.meta.dirname, '..');
const packageJsonFullPath = join(root, 'package.json');
const { exports } = JSON.parse(readFileSync(packageJsonFullPath, 'utf8'));
const temporary = join(root, '.tmp/api');
mkdirSync(join(root, 'api'), { recursive: true });
rmSync(temporary, { recursive: true, force: true });
mkdirSync(temporary, { recursive: true });

const stale = [];
const entries = Object.entries(exports).filter(([, target]) => typeof target === 'object');
for (const [path, target] of entries) {
  const name = path === '.' ? 'index' : path.slice(2).replaceAll('/', '-');
  const { apiReportChanged } = Extractor.invoke(configFor(name, target.import.types), {
    localBuild: !check,
    messageCallback: (message) => {
      message.handled = message.logLevel !== 'error';
    },
  });
  if (apiReportChanged) stale.push(name);
}

function configFor(name, types) {
  return ExtractorConfig.prepare({
    packageJsonFullPath,
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(root, types),
      compiler: { tsconfigFilePath: join(root, 'tsconfig.build.json') },
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder: join(root, 'api'),
        reportTempFolder: temporary,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages: {
        extractorMessageReporting: { default: { logLevel: 'none' } },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
  });
}

const names = new Set();
const perEntry = entries.map(([path]) => {
  const name = path === '.' ? 'index' : path.slice(2).replaceAll('/', '-');
  const text = readFileSync(join(check ? temporary : join(root, 'api'), `${name}.api.md`), 'utf8');
  const found = [
    ...text.matchAll(/^export (?:declare )?(?:abstract )?(?:class|const|function|interface|type) (\w+)/gm),
  ];
  for (const [, id] of found) names.add(`${name}:${id}`);
  return `${name} ${found.length}`;
});
console.log(`${perEntry.join(', ')}\npublic names: ${names.size}`);

if (check && stale.length > 0) {
  console.error(
    `the public surface of ${stale.join(', ')} is not what api/ says: run npm run api and commit the difference`,
  );
  process.exit(1);
}
const known = readdirSync(join(root, 'api')).length;
if (known !== entries.length) console.error(`api/ holds ${known} reports for ${entries.length} import paths`);
