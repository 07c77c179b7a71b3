/** What must not compile. `npm run check` type-checks this file: an expected error that is missing is an error. Nothing runs it. */
import {
  cif,
  compare,
  type Density,
  elbo,
  fit,
  fullRank,
  type Guide,
  iaf,
  logJoint,
  meanField,
  model,
  normal,
  nuts,
  planar,
  positive,
  radial,
  real,
  realNvp,
  type Sampler,
  sample,
  skewNormal,
  stack,
  stickTheLanding,
  truncated,
} from "fluvial";

const schools = model("schools")
  .data("sigma", ["J"])
  .latent("mu", normal(0, 5))
  .latent("theta", ({ mu }) => normal(mu, 1), ["J"])
  .derive("doubled", ({ theta }) => theta.mul(2), ["J"])
  .observe("y", ({ theta, sigma }) => normal(theta, sigma), ["J"]);

const data = { y: [28, 8], sigma: [15, 10] };

export const names = (computed: string): void => {
  // @ts-expect-error a name that is a latent already
  schools.latent("mu", normal(0, 1));
  // @ts-expect-error a name that is data already
  schools.latent("sigma", normal(0, 1));
  // @ts-expect-error a name that is an observation already
  schools.data("y", ["J"]);
  // @ts-expect-error a name that is derived already
  schools.derive("doubled", ({ mu }) => mu);
  // @ts-expect-error a name that is not a literal
  schools.latent(computed, normal(0, 1));
  // @ts-expect-error a name that is put together
  schools.data(`${computed}1`);
  // @ts-expect-error nothing above is called tau
  schools.latent("eta", ({ tau }) => normal(0, tau));
  // @ts-expect-error a latent needs a distribution
  schools.latent("count", ({ mu }) => ({ rank: mu.rank }));
};

export const dataOf = async (): Promise<void> => {
  await fit(schools, data);
  // @ts-expect-error y is missing
  await fit(schools, { sigma: [15, 10] });
  // @ts-expect-error tau is no data of this model
  await fit(schools, { ...data, tau: 3 });
  // @ts-expect-error mu is a latent, not data
  await sample(schools, { ...data, mu: 3 });
  // @ts-expect-error data are numbers
  await sample(schools, { y: ["28", "8"], sigma: [15, 10] });
  // @ts-expect-error nothing to be held against
  await compare(schools, data, { guides: { meanField: meanField() } });
  // @ts-expect-error a guide is no reference
  await compare(schools, data, { guides: { iaf: iaf() }, reference: meanField() });
};

export const draws = async (): Promise<void> => {
  const fitted = await fit(schools, data);
  fitted.draws.theta satisfies { readonly values: Float64Array };
  fitted.draws.doubled satisfies { readonly values: Float64Array };
  // @ts-expect-error no such quantity
  fitted.draws.nope;
  // @ts-expect-error data have no draws
  fitted.draws.sigma;
  // @ts-expect-error a fit has no divergences
  fitted.divergences;
  const chains = await sample(schools, data);
  // @ts-expect-error chains have no k-hat
  chains.khat;
  const { methods } = await compare(schools, data, { guides: { iaf: iaf() }, reference: nuts() });
  // @ts-expect-error no such quantity
  methods.iaf.draws.nope;
};

export const densities = async (q: Guide<unknown, Sampler>, d: Guide<unknown, Density>): Promise<void> => {
  await fit(schools, data, { guide: fullRank(), objective: stickTheLanding() });
  await fit(schools, data, { guide: planar(), objective: elbo() });
  // @ts-expect-error the density of a planar guide is known at its own draws only
  await fit(schools, data, { guide: planar(), objective: stickTheLanding() });
  await fit(schools, data, { guide: radial(), objective: stickTheLanding() });
  // @ts-expect-error likewise an IAF's
  await fit(schools, data, { guide: iaf(), objective: stickTheLanding() });
  await fit(schools, data, { guide: stack({ flows: [radial(), realNvp()] }), objective: stickTheLanding() });
  // @ts-expect-error one of the stack has no density
  await fit(schools, data, { guide: stack({ flows: [radial(), planar()] }), objective: stickTheLanding() });
  await fit(schools, data, { guide: cif(), objective: stickTheLanding() });
  await fit(schools, data, { guide: cif({ base: radial() }), objective: stickTheLanding() });
  // @ts-expect-error the inverse of the flow inside is found by steps
  await fit(schools, data, { guide: cif({ base: planar() }), objective: stickTheLanding() });
  d satisfies Guide<unknown, Sampler>;
  // @ts-expect-error a sampler is no density
  q satisfies Guide<unknown, Density>;
};

export const options = (): void => {
  // @ts-expect-error an option nobody reads
  planar({ layer: 3 });
  // @ts-expect-error a layer count is a number
  iaf({ layers: "two" });
  // @ts-expect-error NUTS takes no steps
  nuts({ steps: 10 });
};

export const raw = async (): Promise<void> => {
  const joint = logJoint({ data: { y: ["N"] }, latent: { mu: real(), tau: positive() } }, ({ mu, tau }, { y }) =>
    normal(mu, tau).logProb(y),
  );
  const fitted = await fit(joint, { y: [1, 2] });
  fitted.draws.tau satisfies { readonly values: Float64Array };
  // @ts-expect-error no such quantity
  fitted.draws.y;
  // @ts-expect-error y is missing
  await fit(joint, {});
  // @ts-expect-error nothing declared is called sigma
  logJoint({ latent: { mu: real() } }, ({ sigma }) => sigma);
};

truncated(normal(0, 1), { lower: 0 });
// @ts-expect-error: a skew normal has no distribution function, so it cannot be truncated.
truncated(skewNormal(0, 1, 2), { lower: 0 });
