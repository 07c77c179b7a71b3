/** A record that inherits nothing: a look-up in it by a name such as "toString" finds what was put there. */
export const recordOf = <T>(entries: Iterable<readonly [string, T]> = []): Record<string, T> => {
  const record = Object.create(null) as Record<string, T>;
  for (const [name, value] of entries) record[name] = value;
  return record;
};
