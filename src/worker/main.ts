/** What a worker thread runs. The build makes one script of it, which `#worker` exports as text. */
import { ownPort } from "../engine/workers/port.ts";
import { serve } from "../mcmc/parallel/serve.ts";

serve(ownPort());
