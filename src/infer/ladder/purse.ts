/** Gradients that are to be spent, and those that have been. */
export interface Purse {
  readonly budget: number;
  spent(): number;
  /** Never below 0. */
  left(): number;
  pay(gradients: number): void;
}

export const purseOf = (budget: number): Purse => {
  let spent = 0;
  return {
    budget,
    spent: () => spent,
    left: () => Math.max(0, budget - spent),
    pay: (gradients) => {
      spent += gradients;
    },
  };
};
