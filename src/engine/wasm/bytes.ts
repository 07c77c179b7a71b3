/** A growing buffer of bytes with the encodings of WebAssembly's binary format (core specification, section 5.2). */
export interface Bytes {
  readonly length: number;
  u8(value: number): void;
  /** Unsigned LEB128 of a number below 2³². */
  u32(value: number): void;
  /** Signed LEB128 of an i32. */
  s32(value: number): void;
  /** Signed LEB128 of an i64. */
  s64(value: bigint): void;
  f32(value: number): void;
  f64(value: number): void;
  /** Length, then UTF-8. */
  text(value: string): void;
  append(values: ArrayLike<number>): void;
  /** What was written, as a copy. */
  take(): Uint8Array<ArrayBuffer>;
}

/** An empty buffer. */
export const byteBuffer = (): Bytes => {
  let data = new Uint8Array(256);
  let view = new DataView(data.buffer);
  let length = 0;
  const reserve = (more: number): number => {
    if (length + more > data.length) {
      const grown = new Uint8Array(Math.max(2 * data.length, length + more));
      grown.set(data);
      data = grown;
      view = new DataView(data.buffer);
    }
    const at = length;
    length += more;
    return at;
  };
  const u8 = (value: number): void => {
    const at = reserve(1);
    data[at] = value;
  };
  const u32 = (value: number): void => {
    let rest = value >>> 0;
    while (rest > 0x7f) {
      u8((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    u8(rest);
  };
  const s32 = (value: number): void => {
    let rest = value | 0;
    while (rest > 63 || rest < -64) {
      u8((rest & 0x7f) | 0x80);
      rest >>= 7;
    }
    u8(rest & 0x7f);
  };
  const s64 = (value: bigint): void => {
    let rest = BigInt.asIntN(64, value);
    while (rest > 63n || rest < -64n) {
      u8(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    u8(Number(rest & 0x7fn));
  };
  const append = (values: ArrayLike<number>): void => {
    const at = reserve(values.length);
    data.set(values, at);
  };
  return {
    get length() {
      return length;
    },
    u8,
    u32,
    s32,
    s64,
    f32: (value) => {
      const at = reserve(4);
      view.setFloat32(at, value, true);
    },
    f64: (value) => {
      const at = reserve(8);
      view.setFloat64(at, value, true);
    },
    text: (value) => {
      const encoded = new TextEncoder().encode(value);
      u32(encoded.length);
      append(encoded);
    },
    append,
    take: () => data.slice(0, length),
  };
};
