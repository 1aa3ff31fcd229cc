// The far side of the race of a deposit, in a process of its own so that its work is not counted: a
// simulator for the dossier, and a mail server that counts and forgets.
import { createSimulator, fictiveConfig } from 'terr-esante-sdk/simulator';
import { receiver } from './mail.mjs';

const simulator = await createSimulator();
const { pfx, password } = simulator.hierarchy.professional.signature;
const mail = await receiver();

process.send({
  config: fictiveConfig(simulator),
  caPem: simulator.caPem,
  mail: { port: mail.server.port, caPem: mail.caPem },
  signature: { pfx: Buffer.from(pfx).toString('base64'), password },
});
process.on('disconnect', () => process.exit());
