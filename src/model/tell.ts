/**
 * Calls a callback of the application. What it throws is no business of who happened to call it, nor of the callbacks after
 * it: it surfaces as an uncaught error.
 */
export function tell<A extends readonly unknown[]>(callback: (...given: A) => void, ...given: A): void {
  try {
    callback(...given);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
