import { censored, lognormal, model, weibull } from "fluvial";

/**
 * Weeks that mice of four groups of twenty survived in a study of skin cancer by light: Weibull, with a shape common to all and a median
 * of each group's own. `lastSeen` is when a mouse was last looked at; one that still lived counts by the probability of living as long.
 * Grieve 1987; Dellaportas & Smith 1993, Applied Statistics 42; the example "Mice" of the BUGS manuals, here with priors on the medians
 * themselves.
 */
export default model("censored survival")
  .data("group", ["mouse"], "int")
  .data("lastSeen", ["mouse"])
  .latent("shape", lognormal(1, 1))
  .latent("median", lognormal(3, 1), [4])
  .observe(
    "weeks",
    ({ group, lastSeen, shape, median }) => {
      const scale = median.div(
        shape
          .reciprocal()
          .mul(Math.log(Math.log(2)))
          .exp(),
      );
      return censored(weibull(shape, scale.gather(group)), { upper: lastSeen });
    },
    ["mouse"],
  );

/** Weeks survived, a group a row; from 1000 on, less 1000, the mouse lived when it was last looked at. */
const groups = [
  [12, 17, 21, 25, 11, 26, 27, 30, 13, 12, 21, 20, 23, 25, 23, 29, 35, 31, 36, 1040],
  [32, 27, 23, 12, 18, 38, 29, 30, 32, 25, 30, 37, 27, 1040, 1040, 1040, 1040, 1040, 1040, 1040],
  [22, 26, 28, 19, 15, 12, 35, 35, 10, 22, 18, 12, 31, 24, 37, 29, 1010, 1024, 1040, 1040],
  [27, 18, 22, 13, 18, 29, 28, 16, 22, 26, 19, 17, 28, 26, 12, 17, 26, 1020, 1029, 1010],
].flatMap((row, group) => row.map((code) => ({ group, weeks: code % 1000, lived: code >= 1000 })));

export const data = {
  group: groups.map(({ group }) => group),
  lastSeen: groups.map(({ weeks, lived }) => (lived ? weeks : 40)),
  weeks: groups.map(({ weeks }) => weeks),
};
