import type { Model } from "fluvial";
import arK from "./arK.ts";
import blr from "./blr.ts";
import eightSchools from "./eight-schools-noncentered.ts";
import garch11 from "./garch11.ts";
import gpRegr from "./gp-regr.ts";
import kidscoreInteraction from "./kidscore-interaction.ts";
import kidscoreMomiq from "./kidscore-momiq.ts";
import kilpisjarvi from "./kilpisjarvi.ts";
import logearnInteraction from "./logearn-interaction.ts";
import logmesquiteLogvas from "./logmesquite-logvas.ts";
import lowDimGaussMix from "./low-dim-gauss-mix.ts";
import nes from "./nes.ts";

/** Twelve models of posteriordb v1.0 by the names of their posteriors. Magnusson, Bürkner & Vehtari 2022. */
export const posteriors: Readonly<Record<string, Model>> = {
  "arK-arK": arK,
  "earnings-logearn_interaction": logearnInteraction,
  "eight_schools-eight_schools_noncentered": eightSchools,
  "garch-garch11": garch11,
  "gp_pois_regr-gp_regr": gpRegr,
  "kidiq-kidscore_interaction": kidscoreInteraction,
  "kidiq-kidscore_momiq": kidscoreMomiq,
  "kilpisjarvi_mod-kilpisjarvi": kilpisjarvi,
  "low_dim_gauss_mix-low_dim_gauss_mix": lowDimGaussMix,
  "mesquite-logmesquite_logvas": logmesquiteLogvas,
  "nes1980-nes": nes,
  "sblrc-blr": blr,
} as unknown as Readonly<Record<string, Model>>;
