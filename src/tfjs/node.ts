/**
 * What `#tfjs` means in Node: the core of TensorFlow.js with its gradients, its chained operations and the cpu backend, bundled
 * by our build so that it loads in tens of milliseconds. The engine and the registries live on `globalThis`: a user's own copy of
 * `@tensorflow/tfjs` shares them, in either order of loading.
 */
import "./quiet-before.ts";
import "./quiet-after.ts";
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops";
import "@tensorflow/tfjs-core/dist/register_all_gradients";
import "@tensorflow/tfjs-backend-cpu";

export * from "@tensorflow/tfjs-core";
