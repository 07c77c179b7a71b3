/** Production mode: no banner at the first write, and no warnings when the user's own copy loads after ours. */
import { env } from "@tensorflow/tfjs-core";

env().set("PROD", true);
