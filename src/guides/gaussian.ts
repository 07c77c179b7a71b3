/** Few parameters with one meaning each take large steps: locations may lie far from 0. */
export const gaussianRate = 0.1;
