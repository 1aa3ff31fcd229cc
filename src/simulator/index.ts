export type {
  MailAuthentication,
  MailFaultAction,
  MailFaultPoint,
  MailReply,
  MailServer,
  MailServerOptions,
  ReceivedMail,
} from './mail/model.ts';
export { createMailServer } from './mail/server.ts';
