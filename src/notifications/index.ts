/**
 * Types and parts of the counts of new documents; `createClient` puts them together. Guide:
 * `docs/notifications.md`.
 *
 * @packageDocumentation
 */

export { memoryCutOffs } from './cut-off.ts';
export type {
  CountOptions,
  CutOffStore,
  ListOptions,
  NotificationCount,
  NotificationItem,
  NotificationList,
  NotificationOperations,
  PractitionerCount,
  WatchOptions,
} from './model.ts';
export { createNotificationOperations, type NotificationsOptions, type NotificationsPort } from './operations.ts';
