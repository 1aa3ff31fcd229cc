export type {
  Answered,
  BindingCall,
  BindingKind,
  BoundPatient,
  ConsentRecord,
  CountRecord,
  CreatedDossier,
  DocumentRecord,
  DocumentsBinding,
  DossierBinding,
  DossierCreation,
  DossierRecord,
  Membership,
  NotificationPage,
  NotificationQuery,
  NotificationRecord,
  NotificationsBinding,
  PlatformBinding,
  PractitionerCountRecord,
} from './binding/model.ts';
export { createHttpClient } from './http/client.ts';
export type { HttpAnswer, HttpClient, HttpClientOptions, HttpRequest, HttpStream } from './http/model.ts';
