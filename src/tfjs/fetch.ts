/** Node has `fetch`; TensorFlow.js need not bring its own. */
const fetchNow: typeof fetch = (...args) => globalThis.fetch(...args);
export default fetchNow;
