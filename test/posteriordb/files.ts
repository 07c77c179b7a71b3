/** The models that are written as text too, by the names of their posteriors: the files of models/posteriordb without their ending. */
export const textFiles: Readonly<Record<string, string>> = {
  "arK-arK": "arK",
  "earnings-logearn_interaction": "logearn-interaction",
  "eight_schools-eight_schools_noncentered": "eight-schools-noncentered",
  "gp_pois_regr-gp_regr": "gp-regr",
  "kidiq-kidscore_interaction": "kidscore-interaction",
  "kidiq-kidscore_momiq": "kidscore-momiq",
  "kilpisjarvi_mod-kilpisjarvi": "kilpisjarvi",
  "low_dim_gauss_mix-low_dim_gauss_mix": "low-dim-gauss-mix",
  "mesquite-logmesquite_logvas": "logmesquite-logvas",
  "nes1980-nes": "nes",
  "sblrc-blr": "blr",
};
