import { type Bytes, byteBuffer } from "./bytes.ts";
import { checkTypes, type Expr, type Func, type Local, type Stmt } from "./expressions.ts";
import type { ValueType } from "./instructions.ts";

const typeCode: Readonly<Record<ValueType, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b };

/** What the builder of a function sees: its parameters, and new locals (they start at zero). */
export interface FunctionBody {
  readonly params: readonly Local[];
  local(type: ValueType): Local;
}

/** A mutable variable of the module. */
export interface Global {
  readonly get: Expr;
  set(value: Expr): Stmt;
}

export interface ModuleBuilder {
  /**
   * Adds a function. `build` runs at once and may itself add functions. A function with a result must end in `returning`.
   */
  func(
    name: string,
    params: readonly ValueType[],
    result: ValueType | undefined,
    build: (f: FunctionBody) => readonly Stmt[],
    options?: { exported?: boolean },
  ): Func;
  /** A function of the host; declared once a name. @throws Error where the name comes again with other types. */
  imported(module: string, name: string, params: readonly ValueType[], result?: ValueType): Func;
  global(type: ValueType, initial: number | bigint): Global;
  /** Imports memory as "env"."memory": `pages` of 64 KiB, initial and maximum. */
  memory(pages: number): void;
  bytes(): Uint8Array<ArrayBuffer>;
}

interface Defined {
  readonly func: Func;
  readonly locals: readonly ValueType[];
  readonly body: readonly Stmt[];
  readonly exported: boolean;
}
interface Imported {
  readonly module: string;
  readonly func: Func;
}
interface Variable {
  readonly type: ValueType;
  readonly initial: number | bigint;
}

const indexed = (get: number, set: number, index: number, type: ValueType) => {
  const write =
    (code: number) =>
    (value: Expr) =>
    (out: Bytes): void => {
      value.emit(out);
      out.u8(code);
      out.u32(index);
    };
  const read: Expr = {
    type,
    emit: (out) => {
      out.u8(get);
      out.u32(index);
    },
  };
  return { read, write: write(set), writer: write };
};

const localVariable = (index: number, type: ValueType): Local => {
  const { read, writer } = indexed(0x20, 0x21, index, type);
  const check = (value: Expr): Expr => {
    checkTypes(`local ${index}`, [type], [value]);
    return value;
  };
  return {
    ...read,
    set: (value) => writer(0x21)(check(value)),
    tee: (value) => ({ type, emit: writer(0x22)(check(value)) }),
  };
};

const constantOf: Readonly<Record<ValueType, (out: Bytes, value: number | bigint) => void>> = {
  i32: (out, value) => {
    out.u8(0x41);
    out.s32(Number(value));
  },
  i64: (out, value) => {
    out.u8(0x42);
    out.s64(BigInt(value));
  },
  f32: (out, value) => {
    out.u8(0x43);
    out.f32(Number(value));
  },
  f64: (out, value) => {
    out.u8(0x44);
    out.f64(Number(value));
  },
  v128: (out, value) => {
    out.append([0xfd, 0x0c]);
    for (let i = 0; i < 2; i++) out.f64(Number(value));
  },
};

const section = (out: Bytes, id: number, count: number, write: (body: Bytes) => void): void => {
  if (count === 0) return;
  const body = byteBuffer();
  body.u32(count);
  write(body);
  out.u8(id);
  out.u32(body.length);
  out.append(body.take());
};

const valueTypes = (out: Bytes, types: readonly ValueType[]): void => {
  out.u32(types.length);
  for (const type of types) out.u8(typeCode[type]);
};

const declareLocals = (out: Bytes, locals: readonly ValueType[]): void => {
  const runs: { type: ValueType; count: number }[] = [];
  for (const type of locals) {
    const last = runs.at(-1);
    if (last?.type === type) last.count++;
    else runs.push({ type, count: 1 });
  }
  out.u32(runs.length);
  for (const { type, count } of runs) {
    out.u32(count);
    out.u8(typeCode[type]);
  }
};

const functionCode = ({ func, locals, body }: Defined): Uint8Array => {
  const out = byteBuffer();
  declareLocals(out, locals);
  for (const stmt of body) stmt(out);
  if (func.result) out.u8(0x00);
  out.u8(0x0b);
  return out.take();
};

/** The distinct function types, and the number of each function's own. */
const typeTable = (funcs: readonly Func[]) => {
  const numbers = new Map<string, number>();
  const types: Func[] = [];
  const of = funcs.map((func) => {
    const text = `${func.params.join(" ")}:${func.result ?? ""}`;
    if (!numbers.has(text)) numbers.set(text, types.push(func) - 1);
    return numbers.get(text)!;
  });
  return { types, of };
};

const assemble = (
  imports: readonly Imported[],
  defined: readonly Defined[],
  globals: readonly Variable[],
  pages: number | undefined,
): Uint8Array<ArrayBuffer> => {
  const funcs = [...imports, ...defined].map(({ func }) => func);
  for (const [i, func] of funcs.entries()) func.index.value = i;
  const { types, of } = typeTable(funcs);
  const exported = defined.filter((f) => f.exported);
  const out = byteBuffer();
  out.append([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  section(out, 1, types.length, (body) => {
    for (const { params, result } of types) {
      body.u8(0x60);
      valueTypes(body, params);
      valueTypes(body, result ? [result] : []);
    }
  });
  section(out, 2, imports.length + (pages === undefined ? 0 : 1), (body) => {
    for (const [i, { module, func }] of imports.entries()) {
      body.text(module);
      body.text(func.name);
      body.u8(0);
      body.u32(of[i]);
    }
    if (pages === undefined) return;
    body.text("env");
    body.text("memory");
    body.append([2, 1]);
    body.u32(pages);
    body.u32(pages);
  });
  section(out, 3, defined.length, (body) => {
    for (const type of of.slice(imports.length)) body.u32(type);
  });
  section(out, 6, globals.length, (body) => {
    for (const { type, initial } of globals) {
      body.append([typeCode[type], 1]);
      constantOf[type](body, initial);
      body.u8(0x0b);
    }
  });
  section(out, 7, exported.length, (body) => {
    for (const { func } of exported) {
      body.text(func.name);
      body.u8(0);
      body.u32(func.index.value);
    }
  });
  section(out, 10, defined.length, (body) => {
    for (const f of defined) {
      const code = functionCode(f);
      body.u32(code.length);
      body.append(code);
    }
  });
  return out.take();
};

/** An empty module. */
export const moduleBuilder = (): ModuleBuilder => {
  const imports: Imported[] = [];
  const defined: Defined[] = [];
  const globals: Variable[] = [];
  let pages: number | undefined;
  const same = (a: Func, params: readonly ValueType[], result?: ValueType): boolean =>
    a.result === result && a.params.join() === params.join();
  return {
    func: (name, params, result, build, { exported = false } = {}) => {
      const func: Func = { name, params, result, index: { value: -1 } };
      const types = [...params];
      const body = build({
        params: params.map((type, i) => localVariable(i, type)),
        local: (type) => localVariable(types.push(type) - 1, type),
      });
      defined.push({ func, locals: types.slice(params.length), body, exported });
      return func;
    },
    imported: (module, name, params, result) => {
      const known = imports.find((entry) => entry.module === module && entry.func.name === name);
      if (known && !same(known.func, params, result))
        throw new Error(`assembler: ${module}.${name} is imported twice, with other types`);
      if (known) return known.func;
      const func: Func = { name, params, result, index: { value: -1 } };
      imports.push({ module, func });
      return func;
    },
    global: (type, initial) => {
      const index = globals.push({ type, initial }) - 1;
      const { read, writer } = indexed(0x23, 0x24, index, type);
      return {
        get: read,
        set: (value) => {
          checkTypes(`global ${index}`, [type], [value]);
          return writer(0x24)(value);
        },
      };
    },
    memory: (count) => {
      pages = count;
    },
    bytes: () => assemble(imports, defined, globals, pages),
  };
};
