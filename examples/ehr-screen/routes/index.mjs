// What the page may ask for: one address, one operation. Each gets the world and the JSON of the request.
import { subscribe } from './alerts.mjs';
import { create, join } from './consent.mjs';
import { day, states, total } from './day.mjs';
import { deposit, deposits } from './deposit.mjs';
import { openDocument } from './documents.mjs';
import { depositForm } from './kinds.mjs';
import { otherSide } from './other-side.mjs';
import { patient } from './patient.mjs';
import { handedOver, openPortal } from './portal.mjs';

export const routes = {
  '/api/day': day,
  '/api/states': states,
  '/api/total': total,
  '/api/patient': patient,
  '/api/create': create,
  '/api/join': join,
  '/api/deposit-form': depositForm,
  '/api/deposit': deposit,
  '/api/deposits': deposits,
  '/api/document': openDocument,
  '/api/subscribe': subscribe,
  '/api/portal': openPortal,
  '/api/handed-over': handedOver,
  '/api/other-side': otherSide,
};
