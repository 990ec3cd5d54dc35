/** Runs an action as soon as fewer than the permitted number are running. */
export type Limiter = <T>(action: () => Promise<T>) => Promise<T>;

/** Makes a limiter that lets so many actions run at once, and the others wait in the order of their calls. */
export function limitConcurrency(permitted: number): Limiter {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (action) => {
    if (running >= permitted) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await action();
    } finally {
      // The place is handed on rather than freed, so that nobody who comes later takes it.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
