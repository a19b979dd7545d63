/** For what is mostly there at once: to wait for it all the same would cost more than to make it. */
import type { MaybePromise } from './ports.ts';

/** Goes on with a value, at once where it is there. */
export function whenThere<T, R>(
  value: MaybePromise<T>,
  use: (value: T) => MaybePromise<R>,
): MaybePromise<R> {
  return value instanceof Promise ? value.then(use) : use(value);
}
