/** What the crash run uses that no import path publishes: name and source of its module. */
export const farSide = [
  'crash',
  `export { createMailServer } from './src/simulator/mail/server.ts';
   export { readIncomingDeposit } from './src/transport/mss/incoming.ts';`,
];
