/** How many notifications have not been looked at. */
import { api } from '#lib/api/client.ts';

class News {
  unread = $state(0);

  /** Asks the server; where it cannot say, nothing is shown. */
  async count(): Promise<void> {
    try {
      this.unread = (await api().v1.notifications.unreadCount.fetch()).count;
    } catch {
      this.unread = 0;
    }
  }
}

export const news = new News();
