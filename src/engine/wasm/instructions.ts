/**
 * The instructions of WebAssembly 2.0 that take operands only (no immediates), with fixed-width and relaxed SIMD. A row is: the
 * type in the name, operand types, result type, the first opcode, and the names that follow one another from it ("_" where a
 * number is not used). Opcodes from 0x100 up in these rows stand for a prefix: 0xfcNNN and 0xfdNNN. Source: the core
 * specification, section 5.4, and the relaxed SIMD proposal.
 */
export type ValueType = "i32" | "i64" | "f32" | "f64" | "v128";

const rows = [
  ["i32", "i32", "i32", 0x45, "eqz"],
  ["i32", "i32 i32", "i32", 0x46, "eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u"],
  ["i64", "i64", "i32", 0x50, "eqz"],
  ["i64", "i64 i64", "i32", 0x51, "eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u"],
  ["f32", "f32 f32", "i32", 0x5b, "eq ne lt gt le ge"],
  ["f64", "f64 f64", "i32", 0x61, "eq ne lt gt le ge"],
  ["i32", "i32", "i32", 0x67, "clz ctz popcnt"],
  ["i32", "i32 i32", "i32", 0x6a, "add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr"],
  ["i64", "i64", "i64", 0x79, "clz ctz popcnt"],
  ["i64", "i64 i64", "i64", 0x7c, "add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr"],
  ["f32", "f32", "f32", 0x8b, "abs neg ceil floor trunc nearest sqrt"],
  ["f32", "f32 f32", "f32", 0x92, "add sub mul div min max copysign"],
  ["f64", "f64", "f64", 0x99, "abs neg ceil floor trunc nearest sqrt"],
  ["f64", "f64 f64", "f64", 0xa0, "add sub mul div min max copysign"],
  ["i32", "i64", "i32", 0xa7, "wrap_i64"],
  ["i32", "f32", "i32", 0xa8, "trunc_f32_s trunc_f32_u"],
  ["i32", "f64", "i32", 0xaa, "trunc_f64_s trunc_f64_u"],
  ["i64", "i32", "i64", 0xac, "extend_i32_s extend_i32_u"],
  ["i64", "f32", "i64", 0xae, "trunc_f32_s trunc_f32_u"],
  ["i64", "f64", "i64", 0xb0, "trunc_f64_s trunc_f64_u"],
  ["f32", "i32", "f32", 0xb2, "convert_i32_s convert_i32_u"],
  ["f32", "i64", "f32", 0xb4, "convert_i64_s convert_i64_u"],
  ["f32", "f64", "f32", 0xb6, "demote_f64"],
  ["f64", "i32", "f64", 0xb7, "convert_i32_s convert_i32_u"],
  ["f64", "i64", "f64", 0xb9, "convert_i64_s convert_i64_u"],
  ["f64", "f32", "f64", 0xbb, "promote_f32"],
  ["i32", "f32", "i32", 0xbc, "reinterpret_f32"],
  ["i64", "f64", "i64", 0xbd, "reinterpret_f64"],
  ["f32", "i32", "f32", 0xbe, "reinterpret_i32"],
  ["f64", "i64", "f64", 0xbf, "reinterpret_i64"],
  ["i32", "i32", "i32", 0xc0, "extend8_s extend16_s"],
  ["i64", "i64", "i64", 0xc2, "extend8_s extend16_s extend32_s"],
  ["i32", "f32", "i32", 0xfc000, "trunc_sat_f32_s trunc_sat_f32_u"],
  ["i32", "f64", "i32", 0xfc002, "trunc_sat_f64_s trunc_sat_f64_u"],
  ["i64", "f32", "i64", 0xfc004, "trunc_sat_f32_s trunc_sat_f32_u"],
  ["i64", "f64", "i64", 0xfc006, "trunc_sat_f64_s trunc_sat_f64_u"],

  ["i8x16", "v128 v128", "v128", 0xfd00e, "swizzle"],
  ["i8x16", "i32", "v128", 0xfd00f, "splat"],
  ["i16x8", "i32", "v128", 0xfd010, "splat"],
  ["i32x4", "i32", "v128", 0xfd011, "splat"],
  ["i64x2", "i64", "v128", 0xfd012, "splat"],
  ["f32x4", "f32", "v128", 0xfd013, "splat"],
  ["f64x2", "f64", "v128", 0xfd014, "splat"],
  ["i32x4", "v128 v128", "v128", 0xfd037, "eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u"],
  ["f32x4", "v128 v128", "v128", 0xfd041, "eq ne lt gt le ge"],
  ["f64x2", "v128 v128", "v128", 0xfd047, "eq ne lt gt le ge"],
  ["v128", "v128", "v128", 0xfd04d, "not"],
  ["v128", "v128 v128", "v128", 0xfd04e, "and andnot or xor"],
  ["v128", "v128 v128 v128", "v128", 0xfd052, "bitselect"],
  ["v128", "v128", "i32", 0xfd053, "any_true"],
  ["f32x4", "v128", "v128", 0xfd05e, "demote_f64x2_zero"],
  ["f64x2", "v128", "v128", 0xfd05f, "promote_low_f32x4"],
  ["f32x4", "v128", "v128", 0xfd067, "ceil floor trunc nearest"],
  ["f64x2", "v128", "v128", 0xfd074, "ceil floor"],
  ["f64x2", "v128", "v128", 0xfd07a, "trunc"],
  ["f64x2", "v128", "v128", 0xfd094, "nearest"],
  ["i32x4", "v128", "v128", 0xfd0a0, "abs neg"],
  ["i32x4", "v128", "i32", 0xfd0a3, "all_true bitmask"],
  ["i32x4", "v128 i32", "v128", 0xfd0ab, "shl shr_s shr_u"],
  ["i32x4", "v128 v128", "v128", 0xfd0ae, "add _ _ sub _ _ _ mul min_s min_u max_s max_u"],
  ["i64x2", "v128", "v128", 0xfd0c0, "abs neg"],
  ["i64x2", "v128", "i32", 0xfd0c3, "all_true bitmask"],
  ["i64x2", "v128", "v128", 0xfd0c7, "extend_low_i32x4_s extend_high_i32x4_s extend_low_i32x4_u extend_high_i32x4_u"],
  ["i64x2", "v128 i32", "v128", 0xfd0cb, "shl shr_s shr_u"],
  ["i64x2", "v128 v128", "v128", 0xfd0ce, "add _ _ sub _ _ _ mul eq ne lt_s gt_s le_s ge_s"],
  [
    "i64x2",
    "v128 v128",
    "v128",
    0xfd0dc,
    "extmul_low_i32x4_s extmul_high_i32x4_s extmul_low_i32x4_u extmul_high_i32x4_u",
  ],
  ["f32x4", "v128", "v128", 0xfd0e0, "abs neg _ sqrt"],
  ["f32x4", "v128 v128", "v128", 0xfd0e4, "add sub mul div min max pmin pmax"],
  ["f64x2", "v128", "v128", 0xfd0ec, "abs neg _ sqrt"],
  ["f64x2", "v128 v128", "v128", 0xfd0f0, "add sub mul div min max pmin pmax"],
  ["i32x4", "v128", "v128", 0xfd0f8, "trunc_sat_f32x4_s trunc_sat_f32x4_u"],
  ["f32x4", "v128", "v128", 0xfd0fa, "convert_i32x4_s convert_i32x4_u"],
  ["i32x4", "v128", "v128", 0xfd0fc, "trunc_sat_f64x2_s_zero trunc_sat_f64x2_u_zero"],
  ["f64x2", "v128", "v128", 0xfd0fe, "convert_low_i32x4_s convert_low_i32x4_u"],
  ["f32x4", "v128 v128 v128", "v128", 0xfd105, "relaxed_madd relaxed_nmadd"],
  ["f64x2", "v128 v128 v128", "v128", 0xfd107, "relaxed_madd relaxed_nmadd"],
] as const;

type Words<S extends string> = S extends `${infer First} ${infer Rest}` ? First | Words<Rest> : S;
type Names<R> = R extends readonly [infer T extends string, string, string, number, infer N extends string]
  ? `${T}.${Exclude<Words<N>, "_">}`
  : never;

/** The WebAssembly name of an instruction without immediates: "f64.add", "f64x2.splat". */
export type Instruction = Names<(typeof rows)[number]>;

export interface Signature {
  /** Prefix byte, or 0. */
  readonly prefix: number;
  readonly code: number;
  readonly params: readonly ValueType[];
  readonly result: ValueType;
}

/** Every instruction of the table, by name. */
export const instructions: ReadonlyMap<Instruction, Signature> = new Map(
  rows.flatMap(([type, params, result, first, names]) =>
    names.split(" ").flatMap((name, i): [Instruction, Signature][] => {
      if (name === "_") return [];
      const code = first + i;
      const prefix = code >> 12;
      return [
        [
          `${type}.${name}` as Instruction,
          { prefix, code: prefix ? code & 0xfff : code, params: params.split(" ") as ValueType[], result },
        ],
      ];
    }),
  ),
);

/** Opcodes (all behind 0xfd), lanes and lane types of extract_lane and replace_lane. */
const lanes = {
  "i32x4.extract_lane": [0x1b, 4, "i32"],
  "i32x4.replace_lane": [0x1c, 4, "i32"],
  "i64x2.extract_lane": [0x1d, 2, "i64"],
  "i64x2.replace_lane": [0x1e, 2, "i64"],
  "f32x4.extract_lane": [0x1f, 4, "f32"],
  "f32x4.replace_lane": [0x20, 4, "f32"],
  "f64x2.extract_lane": [0x21, 2, "f64"],
  "f64x2.replace_lane": [0x22, 2, "f64"],
} as const;

export type LaneInstruction = keyof typeof lanes;
export const laneInstructions: Readonly<Record<LaneInstruction, readonly [number, number, ValueType]>> = lanes;

/** Prefix (or 0), opcode, log2 of the bytes read, and the type of the value. */
const loads = {
  i32: [0, 0x28, 2, "i32"],
  i64: [0, 0x29, 3, "i64"],
  f32: [0, 0x2a, 2, "f32"],
  f64: [0, 0x2b, 3, "f64"],
  "i32.load8_u": [0, 0x2d, 0, "i32"],
  v128: [0xfd, 0x00, 4, "v128"],
  "v128.load32_splat": [0xfd, 0x09, 2, "v128"],
  "v128.load64_splat": [0xfd, 0x0a, 3, "v128"],
  "v128.load32_zero": [0xfd, 0x5c, 2, "v128"],
  "v128.load64_zero": [0xfd, 0x5d, 3, "v128"],
} as const;

/** As `loads`, and the number of lanes where a lane is named. */
const stores = {
  i32: [0, 0x36, 2, "i32", 0],
  i64: [0, 0x37, 3, "i64", 0],
  f32: [0, 0x38, 2, "f32", 0],
  f64: [0, 0x39, 3, "f64", 0],
  "i32.store8": [0, 0x3a, 0, "i32", 0],
  v128: [0xfd, 0x0b, 4, "v128", 0],
  "v128.store32_lane": [0xfd, 0x5a, 2, "v128", 4],
  "v128.store64_lane": [0xfd, 0x5b, 3, "v128", 2],
} as const;

export type LoadKind = keyof typeof loads;
export type StoreKind = keyof typeof stores;
export const loadInstructions: Readonly<Record<LoadKind, readonly [number, number, number, ValueType]>> = loads;
export const storeInstructions: Readonly<Record<StoreKind, readonly [number, number, number, ValueType, number]>> =
  stores;
