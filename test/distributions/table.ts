import { continuous as someContinuous } from "./table/continuous.ts";
import { discrete as someDiscrete } from "./table/discrete.ts";
import { mixtures } from "./table/mixtures.ts";
import type { Row } from "./table/row.ts";

export { build, type Row, type Value } from "./table/row.ts";

/** All distributions of real scalars. */
export const continuous: Readonly<Record<string, Row>> = { ...someContinuous, ...mixtures };
/** All distributions of scalars that count or choose. */
export const discrete: Readonly<Record<string, Row>> = { ...someDiscrete };
export const scalars: Readonly<Record<string, Row>> = { ...continuous, ...discrete };
