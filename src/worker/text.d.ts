declare module "#worker" {
  /** The script of src/worker/main.ts. */
  const source: string;
  export default source;
}
