/**
 * Types of the counts of new documents; `te.notifications` of a client has the operations. Guide:
 * `docs/notifications.md`.
 *
 * @packageDocumentation
 */

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
