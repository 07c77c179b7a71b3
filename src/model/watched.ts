import type { Values } from "./site.ts";

/** Values that note in `seen` which of them are looked at. */
export const watched = (values: Values, seen: Set<string>): Values =>
  new Proxy(values, {
    get: (target, name) => {
      if (typeof name === "string") seen.add(name);
      return Reflect.get(target, name);
    },
  });
