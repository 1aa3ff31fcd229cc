// One sending process of the PostgreSQL race: `fork` gives it the database and the receiver; it
// sends what is due until the parent goes away.
import { createOutbox, openPostgresStore } from 'terr-esante-sdk/transport';
import { domain, transportTo } from './mail.mjs';

const { connectionString, schema, port, caPem } = JSON.parse(process.argv[2]);
const store = await openPostgresStore({ connectionString, schema });
const outbox = createOutbox({
  store,
  carrier: transportTo({ server: { port }, caPem }),
  senderDomain: domain,
  concurrency: 4,
  pollMs: 5,
  sends: false,
});
process.on('message', () => outbox.start());
process.on('disconnect', () => process.exit());
process.send('ready');
