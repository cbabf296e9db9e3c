export type {
  ListedItem,
  ListedNotification,
  NotificationFilters,
  Page,
  QueueCounts,
  QueueFilters,
  QueueLists,
  QueuePage,
} from '@crossdock/core';
