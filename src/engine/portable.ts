import type { Precision } from "../core/double.ts";
import type { NutsLayout } from "./wasm/nuts/layout.ts";
import type { Slot } from "./wasm/program.ts";

/** Where a compiled gradient reads and writes in its program's memory. */
export interface GradientPlaces {
  readonly size: number;
  readonly position: Slot;
  readonly slope: Slot;
  readonly nuts?: NutsLayout;
}

/** A compiled gradient with the data that it is of, as a message to another thread can hold it. */
export interface PortableGradient extends GradientPlaces {
  readonly module: WebAssembly.Module;
  readonly precision: Precision;
  /** A copy of its program's whole memory, set up to run; the receiver's to keep. */
  readonly memory: Uint8Array;
}
