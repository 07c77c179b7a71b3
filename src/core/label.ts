interface Spec {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}

const isSpec = (value: unknown): value is Spec =>
  typeof value === "object" && value !== null && "name" in value && "options" in value;

/** "8", "32x32", "linear:kind=plu + spline:bins=8". */
const valueLabel = (value: unknown): string => {
  const parts = [value].flat();
  return parts.every(isSpec) ? parts.map(specLabel).join(" + ") : parts.join("x");
};

/** "planar:layers=8": what a user wrote, as the command line has it, options at their defaults too. */
export const specLabel = ({ name, options }: Spec): string =>
  [name, ...Object.entries(options).map(([option, value]) => `${option}=${valueLabel(value)}`)].join(":");
