#!/usr/bin/Rscript
# NUTS on the twelve posteriors of posteriordb, 4 chains x (1000 + 1000) with Stan's defaults; one JSON line for each posterior.
# Arguments: names of posteriors, all unless said. FLUVIAL_DATA names the folder of data.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "rstan_common.R"))
data_dir <- Sys.getenv("FLUVIAL_DATA", file.path(here, "..", "data"))
programs <- list(
  "arK-arK" = list("pdb_arK", c("alpha", "beta", "sigma")),
  "earnings-logearn_interaction" = list("pdb_logearn_interaction", c("beta", "sigma")),
  "eight_schools-eight_schools_noncentered" = list("pdb_eight_schools", c("theta", "mu", "tau")),
  "garch-garch11" = list("pdb_garch11", c("mu", "alpha0", "alpha1", "beta1")),
  "gp_pois_regr-gp_regr" = list("pdb_gp_regr", c("rho", "alpha", "sigma")),
  "kidiq-kidscore_interaction" = list("pdb_kidscore_interaction", c("beta", "sigma")),
  "kidiq-kidscore_momiq" = list("pdb_kidscore_momiq", c("beta", "sigma")),
  "kilpisjarvi_mod-kilpisjarvi" = list("pdb_kilpisjarvi", c("alpha", "beta", "sigma")),
  "low_dim_gauss_mix-low_dim_gauss_mix" = list("pdb_low_dim_gauss_mix", c("mu", "sigma", "theta")),
  "mesquite-logmesquite_logvas" = list("pdb_logmesquite_logvas", c("beta", "sigma")),
  "nes1980-nes" = list("pdb_nes", c("beta", "sigma")),
  "sblrc-blr" = list("pdb_blr", c("beta", "sigma")))
repeats <- as.integer(Sys.getenv("REPEATS", "3"))
chosen <- commandArgs(TRUE)
if (!length(chosen)) chosen <- names(programs)
for (posterior in chosen) {
  program <- programs[[posterior]]
  d <- read_data(file.path(data_dir, "posteriordb", posterior, "data.json"))
  for (n in names(d)) if (is.numeric(d[[n]]) && length(d[[n]]) == 1) d[[n]] <- as.vector(d[[n]])
  model <- compile_model(program[[1]])
  runs <- lapply(seq_len(repeats), function(i) suppressWarnings(nuts_once(model$sm, d, program[[2]], 100 + i, 1)))
  each <- function(f) med(sapply(runs, f))
  seconds <- function(r) r$warm_s + r$samp_s
  cat(toJSON(list(
    bench = "rstan_twelve", model = posterior, stan = rstan::stan_version(), elapsed_4chains_s = each(seconds),
    leapfrogs_all = each(function(r) r$lf_all), divergent = each(function(r) r$div), rhat_max = each(function(r) r$rhat_max),
    min_ess_bulk = each(function(r) min(r$ess_bulk)), min_ess_bulk_per_s_total = each(function(r) min(r$ess_bulk) / seconds(r)),
    compile_cpu_s = model$cpu_s), auto_unbox = TRUE, digits = 8), "\n", sep = "")
}
