/** Swaps every place with the one whose bits read backwards. */
const reverseBits = (values: Float64Array): void => {
  const n = values.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j |= bit;
    if (i < j) {
      const kept = values[i];
      values[i] = values[j];
      values[j] = kept;
    }
  }
};

/** cos and −sin of 2π k/n, k < n/2. */
export interface Twiddles {
  readonly cos: Float64Array;
  readonly sin: Float64Array;
}

export const twiddles = (n: number): Twiddles => {
  const cos = new Float64Array(n / 2);
  const sin = new Float64Array(n / 2);
  for (let k = 0; k < n / 2; k++) {
    cos[k] = Math.cos((2 * Math.PI * k) / n);
    sin[k] = -Math.sin((2 * Math.PI * k) / n);
  }
  return { cos, sin };
};

/** The discrete Fourier transform Σ_t z_t e^(−2πi kt/n) in place, n a power of two. Cooley & Tukey 1965. */
export const transform = (re: Float64Array, im: Float64Array, { cos, sin }: Twiddles): void => {
  const n = re.length;
  reverseBits(re);
  reverseBits(im);
  for (let half = 1, stride = n / 2; half < n; half *= 2, stride /= 2)
    for (let from = 0; from < n; from += 2 * half)
      for (let k = 0; k < half; k++) {
        const a = from + k;
        const b = a + half;
        const c = cos[k * stride];
        const s = sin[k * stride];
        const x = re[b] * c - im[b] * s;
        const y = re[b] * s + im[b] * c;
        re[b] = re[a] - x;
        im[b] = im[a] - y;
        re[a] += x;
        im[a] += y;
      }
};
