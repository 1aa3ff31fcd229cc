import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { publicEntries, publicFunctions, publicInterfaces } from './public.ts';

/** Functions and classes that have no door, each with its reason. */
const withoutDoor: Readonly<Record<string, string>> = {
  'auth.Vihf': 'made by createVihf: its constructor is internal, the class is there to be recognised',
  'conformance.runConformance': 'starts servers: test/conformance/kit tries its options',
  'transport.RegistryRefusal': 'made by the XDS client: the class is there to be recognised',
};

/** Interfaces whose methods are the host's, or that only we call: nobody gives them a value. */
const calledByUs: ReadonlySet<string> = new Set([
  // Ports that a host fills: what they answer is checked where it is used.
  ...['OtpTransport', 'Pkcs11Module', 'ProSanteConnectHttp', 'AuditJournal', 'InsiVerifier', 'Logger', 'Clock'],
  ...[
    'EhrDriver',
    'IdSource',
    'CutOffStore',
    'OpenIdServer',
    'OutboxStore',
    'OutboxCarrier',
    'StoredQuery',
    'DepositChannel',
  ],
  ...[
    'AlertsBinding',
    'CareCircleBinding',
    'ConsentBinding',
    'DossierBinding',
    'NotificationsBinding',
    'DocumentsBinding',
    'NotesBinding',
    'NotePages',
    'MeasuresBinding',
    'MeasurePages',
    'SupportBinding',
    'SupportPages',
    'PlansBinding',
    'InterventionPlanBinding',
    'PlatformBinding',
  ],
  // The same methods under the name of the interface that extends it.
  ...['SessionProvider', 'ByteSource', 'RandomAccessSource'],
]);

/** Methods that have no door, each with its reason. */
const methodsWithoutDoor: Readonly<Record<string, string>> = {
  'ProSanteConnectSession.accessToken': 'needs a login: test/auth tries its options at the simulated server',
  'ProSanteConnectSession.login': 'needs a login: test/auth tries its options at the simulated server',
  'ProSanteConnectPending.wait': 'needs a login: the same',
  'MailboxItem.archive': 'needs a mail: test/transport/mail-waits tries its options',
  'MailboxItem.message': 'the same options, read by the same code',
  'PortalLaunch.handedOver': 'needs a launch: test/client/portal tries its options',
  'PortalLaunch.close': 'the same',
  'Outbox.close': 'would end the outbox of the other doors: test/transport/outbox-ends tries its grace',
  'RetrievedDocument.saveTo': 'needs an answer of a registry: test/transport/xds tries its paths',
};

function readDoors(): string {
  const folder = new URL('doors/', import.meta.url);
  return readdirSync(folder)
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n');
}

it('every function that the package publishes has a door, or a reason to have none', async () => {
  const doors = readDoors();

  const entries = publicEntries();
  expect(entries).toContain('root');
  const missing: string[] = [];
  for (const entry of entries) {
    for (const name of await publicFunctions(entry)) {
      if (!doors.includes(`'${name}'`) && !(name in withoutDoor)) missing.push(name);
    }
  }
  expect(missing).toEqual([]);
  // Every source of the package is read.
}, 120_000);

it('every method of what these functions give has a door, or a reason to have none', () => {
  const doors = readDoors();
  const missing: string[] = [];
  for (const { name, methods } of publicInterfaces()) {
    if (calledByUs.has(name) || /Options|Config$|Input$/.test(name)) continue;
    for (const method of methods) {
      const full = `${name}.${method}`;
      const hasDoor = doors.includes(`'${full}'`) || doors.includes(`\`\${name}.${method}\``);
      if (!hasDoor && !(full in methodsWithoutDoor)) missing.push(full);
    }
  }
  expect(missing).toEqual([]);
});
