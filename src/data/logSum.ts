/** log Σ exp(terms), where the largest is not −∞. */
export const logSum = (terms: readonly number[]): number => {
  const largest = Math.max(...terms);
  return largest + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - largest), 0));
};
