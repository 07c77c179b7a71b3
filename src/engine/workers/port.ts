/** A thread's own end of its line to whoever started it. */
export interface Port {
  listen(listener: (message: unknown) => void): void;
  post(message: unknown, transfer?: readonly Transferable[]): void;
}

interface NodePort {
  on(event: "message", listener: (message: unknown) => void): void;
  postMessage(message: unknown, transfer?: readonly Transferable[]): void;
}

interface WorkerScope {
  readonly process?: { getBuiltinModule?(name: string): unknown };
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(message: unknown, transfer?: readonly Transferable[]): void;
}

/** The port of the thread that this runs on, which must have been started by `startThread`. */
export const ownPort = (): Port => {
  const scope = globalThis as unknown as WorkerScope;
  const threads = scope.process?.getBuiltinModule?.("node:worker_threads") as { parentPort: NodePort } | undefined;
  if (threads) {
    const { parentPort } = threads;
    return {
      listen: (listener) => parentPort.on("message", listener),
      post: (message, transfer) => parentPort.postMessage(message, transfer),
    };
  }
  return {
    listen: (listener) => {
      scope.onmessage = ({ data }) => listener(data);
    },
    post: (message, transfer = []) => scope.postMessage(message, transfer),
  };
};
