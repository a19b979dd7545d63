/** Whether this browser is connected, as far as it knows. */
let isOn = $state(true);

export const isOnline = (): boolean => isOn;

export function watchConnection(): void {
  isOn = navigator.onLine;
  addEventListener('online', () => (isOn = true));
  addEventListener('offline', () => (isOn = false));
}
