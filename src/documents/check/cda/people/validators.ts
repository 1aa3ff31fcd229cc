import { oids } from '../../../cda/oids.ts';
import { place, places, type CheckContext, type Place } from '../context.ts';
import type { CheckTables } from '../tables.ts';
import { checkPreciseTime, exactlyOne, get, valued, withAttribute } from '../tools.ts';
import { checkAssignedEntity, isWrongNationalId } from './roles.ts';

const isSigned = (signer: Place): boolean => get(place(signer, 'signatureCode'), 'code') === 'S';

/** Checks the structure that keeps the document: one national identifier. */
export function checkCustodian(root: Place, context: CheckContext): void {
  const organization = place(
    exactlyOne(root, 'custodian', 'CDA-CUSTODIAN', context),
    'assignedCustodian',
    'representedCustodianOrganization',
  );
  if (!organization) {
    context.add('CDA-CUSTODIAN', `${root.path}/custodian`);
    return;
  }

  // The custodian is a structure, or the national record (DMP) itself.
  const ids = valued(organization, 'id');
  const domain = get(ids[0], 'root');
  if (ids.length !== 1 || (domain !== oids.structure && domain !== oids.dmp)) {
    context.add('CDA-CUSTODIAN', `${organization.path}/id`, domain ?? null);
  }
  const extension = get(ids[0], 'extension');
  if (domain === oids.structure && (extension === undefined || isWrongNationalId(domain, extension))) {
    context.add('CDA-PROFESSIONAL-ID', `${organization.path}/id`);
  }

  for (const name of ['name', 'telecom', 'addr']) {
    if (places(organization, name).length > 1) {
      context.add('CDA-SCHEMA-REPEATED', organization.path, null, `${name} 0..1`);
    }
  }
}

/** Checks the person who answers for the document: exactly one, signed. */
export function checkLegalAuthenticator(root: Place, context: CheckContext, tables: CheckTables): void {
  const legals = places(root, 'legalAuthenticator').filter(isSigned);
  const [legal] = legals;
  if (!legal || legals.length !== 1) {
    context.add('CDA-LEGAL', `${root.path}/legalAuthenticator`);
    return;
  }

  checkPreciseTime(exactlyOne(legal, 'time', 'CDA-LEGAL', context), 'CDA-LEGAL', context);
  const entity = exactlyOne(legal, 'assignedEntity', 'CDA-LEGAL', context);
  checkAssignedEntity(entity, context, tables, { rule: 'CDA-LEGAL', ids: 'one-full' });

  // The volet asks more of a professional.
  if (!entity || get(place(entity, 'id'), 'root') !== oids.professional) return;
  for (const name of ['code', 'assignedPerson', 'representedOrganization']) {
    if (!place(entity, name)) context.add('CDA-LEGAL-PROFESSIONAL', `${entity.path}/${name}`);
  }
}

/** Checks a person who validated the document. */
export function checkAuthenticator(authenticator: Place, context: CheckContext, tables: CheckTables): void {
  if (!isSigned(authenticator)) {
    context.add('CDA-AUTHENTICATOR', `${authenticator.path}/signatureCode`, null, 'S');
    return;
  }

  checkPreciseTime(exactlyOne(authenticator, 'time', 'CDA-AUTHENTICATOR', context), 'CDA-AUTHENTICATOR', context);

  const entity = place(authenticator, 'assignedEntity');
  const national = withAttribute(entity, 'id', 'root', oids.professional);
  const idPath = `${authenticator.path}/assignedEntity/id`;
  if (national.length !== 1) context.add('CDA-AUTHENTICATOR', idPath);
  if (national.some((id) => get(id, 'extension') === undefined)) context.add('CDA-ID-EXTENSION', idPath);

  checkAssignedEntity(entity, context, tables, { rule: 'CDA-AUTHENTICATOR', ids: 'any' });
}
