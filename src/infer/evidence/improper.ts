import * as tf from "#tfjs";
import { inDouble } from "../../core/double.ts";
import { tidy } from "../../core/tidy.ts";
import type { Conditioned } from "../../model/condition.ts";
import { settingOf } from "../../model/evaluate.ts";
import type { Model } from "../../model/model.ts";
import { resolved } from "../../model/resolve.ts";
import { distributionOf } from "../../model/site.ts";

/** Distributions that have no normalising constant. */
const improper: readonly string[] = ["flat", "flatOn"];

/** The latents whose prior is improper. */
export const improperLatents = ({ sites }: Model, { layout, tensors }: Conditioned<unknown>): string[] =>
  inDouble(() =>
    tidy(() => {
      const values = resolved(sites, settingOf(layout, tf.zeros([layout.size]), tensors()));
      return sites.flatMap((site) =>
        site.role === "latent" && improper.includes(distributionOf(site, values).name) ? [site.name] : [],
      );
    }),
  );
