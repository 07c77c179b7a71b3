/** A program that the engine cannot trace though eager can run it: an op without a lowering, or a value that is read. */
export class CannotTrace extends Error {
  override readonly name = "CannotTrace";
}

export const cannotTrace = (why: string): never => {
  throw new CannotTrace(why);
};
