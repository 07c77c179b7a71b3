/** "planar:layers=8": what a user wrote, as the command line has it, options at their defaults too. */
export const specLabel = ({
  name,
  options,
}: {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}): string =>
  [name, ...Object.entries(options).map(([option, value]) => `${option}=${[value].flat().join("x")}`)].join(":");
