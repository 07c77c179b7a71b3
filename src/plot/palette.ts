/**
 * Eight hues, each with a contrast of at least 3.4 to 1 against both a white and a near-black page. A page may set its own through
 * the CSS variables --fluvial-1 to --fluvial-8.
 */
const hues = ["#3f7fd1", "#d0602a", "#23936b", "#a364c9", "#b08000", "#d04f80", "#1e8fa6", "#7d8a2e"];

/** The colour of hue number `index`, from 0; after eight they come round again. */
export const hue = (index: number): string => {
  const i = index % hues.length;
  return `var(--fluvial-${i + 1}, ${hues[i]})`;
};

/** The colour of every series by name: ink for the reference, hues in order for the others. */
export const colours = (series: readonly string[], reference?: string): Record<string, string> => {
  const others = series.filter((name) => name !== reference);
  return Object.fromEntries(
    series.map((name) => [name, name === reference ? "currentColor" : hue(others.indexOf(name))]),
  );
};
