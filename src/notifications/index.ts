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
