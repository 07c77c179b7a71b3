/** Threads of the host: worker_threads in Node, workers in a browser. Their code is a script of its own, given as text. */
export interface Thread {
  post(message: unknown, transfer?: readonly Transferable[]): void;
  /** Stops it wherever it is. Nothing is heard of it afterwards. */
  end(): void;
}

export interface Listener {
  message(value: unknown): void;
  /** What the thread did not catch, why it did not start, or that it ended by itself. */
  error(error: Error): void;
}

interface NodeWorker {
  on(event: string, listener: (value: unknown) => void): void;
  postMessage(message: unknown, transfer?: readonly Transferable[]): void;
  terminate(): Promise<number>;
  unref(): void;
}

interface NodeOptions {
  readonly eval: true;
  readonly name: string;
  readonly execArgv: readonly string[];
}

interface NodeThreads {
  readonly Worker: new (source: string, options: NodeOptions) => NodeWorker;
}

const nodeModule = (name: string): unknown =>
  (globalThis as { process?: { getBuiltinModule?(name: string): unknown } }).process?.getBuiltinModule?.(name);

const asError = (value: unknown): Error => (value instanceof Error ? value : new Error(String(value)));

/** Does not keep the process alive. */
const startInNode = ({ Worker }: NodeThreads, source: string, listener: Listener): Thread => {
  // No arguments of the parent: its loaders would only delay the start.
  const worker = new Worker(source, { eval: true, name: "fluvial", execArgv: [] });
  let ended = false;
  const unlessEnded = (listen: (value: unknown) => void) => (value: unknown) => {
    if (!ended) listen(value);
  };
  const failed = (error: unknown): void => listener.error(asError(error));
  worker.on("message", unlessEnded(listener.message));
  worker.on("error", unlessEnded(failed));
  worker.on("messageerror", unlessEnded(failed));
  worker.on(
    "exit",
    unlessEnded((code) => failed(`a worker thread ended by itself with code ${code}`)),
  );
  worker.unref();
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    end: () => {
      ended = true;
      void worker.terminate();
    },
  };
};

const startInBrowser = (source: string, listener: Listener): Thread => {
  const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new Worker(address, { name: "fluvial" });
  worker.onmessage = ({ data }) => listener.message(data);
  worker.onerror = ({ message }) => listener.error(new Error(message ?? "a worker could not be loaded"));
  worker.onmessageerror = () => listener.error(new Error("a message of a worker could not be read"));
  return {
    post: (message, transfer = []) => worker.postMessage(message, [...transfer]),
    end: () => {
      worker.onmessage = worker.onerror = worker.onmessageerror = null;
      worker.terminate();
      URL.revokeObjectURL(address);
    },
  };
};

/**
 * Starts a thread that runs a script.
 * @throws Error where the host refuses.
 */
export const startThread = (source: string, listener: Listener): Thread => {
  const threads = nodeModule("node:worker_threads") as NodeThreads | undefined;
  return threads ? startInNode(threads, source, listener) : startInBrowser(source, listener);
};

/** Threads that can work at the same time here, this one included; 1 where there are no others. */
export const coreCount = (): number => {
  const os = nodeModule("node:os") as { availableParallelism(): number } | undefined;
  if (os) return os.availableParallelism();
  return typeof Worker === "function" ? (globalThis.navigator?.hardwareConcurrency ?? 1) : 1;
};
