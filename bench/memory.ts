import type { Figure } from "./figure.ts";
import type { MemoryReport } from "./fresh/memory.ts";
import { fresh } from "./fresh.ts";

/** What a compiled training run holds, beside what state and inputs need, and what 100 calls of its loop add to the heap. */
export const memory = (name: string): Figure[] => {
  const { engine, held, needed, growth } = fresh<MemoryReport>("memory", name);
  const figure = (what: string, value: number, unit: string): Figure => ({
    name: `memory/${name}/${what}`,
    engine,
    value,
    unit,
  });
  return [
    figure("held", held, "bytes"),
    figure("needed", needed, "bytes"),
    figure("held-by-needed", held / needed, "ratio"),
    figure("growth", growth, "bytes"),
  ];
};
