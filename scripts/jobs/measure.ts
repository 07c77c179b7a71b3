/** What a fit took and what it has. */

/** Seconds that this process has computed for. */
export const computed = (): number => process.cpuUsage().user / 1e6;

/** Numbers in all parameters. */
export const countOf = (parameters: Readonly<Record<string, { readonly values: ArrayLike<number> }>>): number =>
  Object.values(parameters).reduce((sum, { values }) => sum + values.length, 0);
