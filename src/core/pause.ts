/** Lets whatever else waits in the event loop run: progress, signals, a page. */
export const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
