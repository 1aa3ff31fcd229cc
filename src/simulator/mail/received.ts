import type { SMTPServerSession } from 'smtp-server';
import type { ReceivedMail } from './model.ts';

/** Parameters of MAIL FROM, such as `SIZE` and `ENVID`. */
function mailParameter(session: SMTPServerSession, name: string): string | null {
  const { mailFrom } = session.envelope;
  const parameters: unknown = mailFrom ? mailFrom.args : undefined;
  if (typeof parameters !== 'object' || parameters === null) return null;

  const value = (parameters as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' ? value : null;
}

/** The message as its envelope and its bytes make it. */
export function receivedMail(session: SMTPServerSession, bytes: Uint8Array, clientCertificate: boolean): ReceivedMail {
  const { mailFrom, rcptTo } = session.envelope;
  const size = mailParameter(session, 'SIZE');
  const announced = size === null ? Number.NaN : Number(size);

  return {
    from: mailFrom ? mailFrom.address : '',
    to: rcptTo.map(({ address }) => address),
    envelopeId: mailParameter(session, 'ENVID'),
    announcedBytes: Number.isSafeInteger(announced) ? announced : null,
    clientCertificate,
    user: typeof session.user === 'string' ? session.user : null,
    bytes,
  };
}
