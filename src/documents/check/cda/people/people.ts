import { place, places, type CheckContext, type Place } from '../context.ts';
import type { CheckTables } from '../tables.ts';
import { isNull } from '../tools.ts';
import { checkAuthor } from './author.ts';
import { checkInformant, checkParticipant, checkRecipient } from './others.ts';
import { checkAssignedEntity } from './roles.ts';
import { checkAuthenticator, checkCustodian, checkLegalAuthenticator } from './validators.ts';

/** Checks the persons and structures of the header, but the patient and the performer. */
export function checkPeople(root: Place, context: CheckContext, tables: CheckTables): void {
  const authors = places(root, 'author').filter((author) => place(author, 'assignedAuthor'));
  if (authors.every(isNull)) context.add('CDA-AUTHOR', `${root.path}/author`);
  for (const author of authors) checkAuthor(author, context, tables);

  const enterer = place(root, 'dataEnterer');
  if (enterer && places(enterer, 'time').length > 1) {
    context.add('CDA-SCHEMA-REPEATED', enterer.path, null, 'time 0..1');
  }
  const entererRole = place(enterer, 'assignedEntity');
  checkAssignedEntity(entererRole, context, tables, { rule: 'CDA-ENTITY', ids: 'any', person: false });

  for (const informant of places(root, 'informant')) checkInformant(informant, context, tables);
  checkCustodian(root, context);
  for (const recipient of places(root, 'informationRecipient')) checkRecipient(recipient, context, tables);

  checkLegalAuthenticator(root, context, tables);
  for (const authenticator of places(root, 'authenticator')) checkAuthenticator(authenticator, context, tables);
  for (const participant of places(root, 'participant')) checkParticipant(participant, context, tables);
}
