import * as circle from './circle.ts';
import * as consents from './consents.ts';
import * as counts from './counts.ts';
import * as documents from './documents.ts';
import * as dossiers from './dossiers.ts';
import type { Operation } from './operation.ts';

/** The operations of the HTTPS side, by path. */
export const operations: Readonly<Record<string, Operation>> = {
  '/v1/dossier/status': dossiers.status,
  '/v1/dossier/create': dossiers.create,
  '/v1/circle/get': circle.get,
  '/v1/circle/join': circle.join,
  '/v1/circle/leave': circle.leave,
  '/v1/circle/add': circle.add,
  '/v1/circle/remove': circle.remove,
  '/v1/circle/mine': circle.mine,
  '/v1/consent/list': consents.list,
  '/v1/consent/withdraw': consents.withdraw,
  '/v1/notifications/patient': counts.countForPatient,
  '/v1/notifications/practitioner': counts.countForPractitioner,
  '/v1/notifications/list': counts.list,
  '/v1/documents/list': documents.list,
  '/v1/documents/fetch': documents.fetch,
};
