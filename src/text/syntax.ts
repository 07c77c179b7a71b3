import type { Expression } from "./expression.ts";
import { checkName } from "./names.ts";
import type { Read } from "./parse.ts";
import { failAt, type Source } from "./source.ts";
import { outermost, type Statement, separated } from "./statements.ts";
import type { Token } from "./tokens.ts";

/** What a data declaration says its numbers must be: above, below or between bounds. */
export interface Bounds {
  readonly lower?: Expression;
  readonly upper?: Expression;
  /** Whether a bound itself is refused. */
  readonly strict: boolean;
  /** As it is written: "> 0". */
  readonly text: string;
}

/** A variable on the left: a name, and what stands in its brackets. */
export interface Left {
  readonly name: string;
  readonly indices?: readonly Expression[];
  readonly at: number;
}

export interface DataStatement extends Left {
  readonly kind: "data";
  readonly type: "real" | "int";
  readonly bounds?: Bounds;
}

/** x ~ distribution. */
export interface DrawnStatement {
  readonly kind: "drawn";
  readonly left: Left;
  readonly right: Expression;
  readonly at: number;
}

/** name = expression; a local one is not reported. */
export interface DefinitionStatement extends Left {
  readonly kind: "definition";
  readonly value: Expression;
  readonly local: boolean;
}

export interface FactorStatement {
  readonly kind: "factor";
  readonly value: Expression;
  readonly at: number;
}

export type Parsed = DataStatement | DrawnStatement | DefinitionStatement | FactorStatement;

/** Tokens that must be there: what is expected after `before`. */
const some = (source: Source, tokens: readonly Token[], before: Token, what: string): readonly Token[] =>
  tokens.length > 0 ? tokens : failAt(source, before.at + before.text.length, `expected ${what}, got nothing`);

/** A name with or without brackets. */
const readLeft = (source: Source, tokens: readonly Token[], read: Read, what: string): Left => {
  const [first, second] = tokens;
  const name = checkName(source, first, first?.at ?? 0, what);
  if (tokens.length === 1) return { name, at: first.at };
  const expression = second.text === "[" ? read(tokens) : undefined;
  if (expression?.kind !== "index" || expression.of.kind !== "name")
    return failAt(source, second.at, `expected ${what} with its axes, as in ${name} or ${name}[N], before this`);
  if (expression.indices.length === 0)
    return failAt(source, second.at, `expected the axes of ${name} between the brackets, got nothing`);
  return { name, indices: expression.indices, at: first.at };
};

const comparisons: Readonly<Record<string, { readonly side: "lower" | "upper"; readonly strict: boolean }>> = {
  ">": { side: "lower", strict: true },
  ">=": { side: "lower", strict: false },
  "<": { side: "upper", strict: true },
  "<=": { side: "upper", strict: false },
};

const showTokens = (source: Source, tokens: readonly Token[]): string => {
  const last = tokens[tokens.length - 1];
  return source.text.slice(tokens[0].at, last.at + last.text.length).replace(/\s+/g, " ");
};

/** [a, b] or a..b. */
const readInterval = (source: Source, tokens: readonly Token[], sign: Token, read: Read): Omit<Bounds, "text"> => {
  const brackets = tokens[0]?.text === "[" && tokens[tokens.length - 1].text === "]";
  const sides = brackets ? separated(tokens.slice(1, -1), ",") : separated(tokens, "..");
  if (sides.length !== 2 || sides.some((side) => side.length === 0))
    return failAt(source, sign.at, "expected bounds as in [0, 1] or 1..K after in");
  const [lower, upper] = sides.map(read);
  return { lower, upper, strict: false };
};

const readBounds = (source: Source, tokens: readonly Token[], read: Read): Bounds => {
  const [sign, ...rest] = tokens;
  const text = showTokens(source, tokens);
  if (sign.text === "in") return { ...readInterval(source, rest, sign, read), text };
  const { side, strict } = comparisons[sign.text];
  return { [side]: read(some(source, rest, sign, "a bound")), strict, text };
};

const startsBounds = ({ text }: Token): boolean => text === "in" || Object.hasOwn(comparisons, text);

/** `real<lower=0> sigma` of Stan. @throws FluvialError saying how bounds are written here. */
const checkBoundsBehind = (source: Source, typed: boolean, [sign]: readonly Token[]): void => {
  if (typed && sign && Object.hasOwn(comparisons, sign.text))
    failAt(source, sign.at, "bounds stand behind the name, as in data real sigma > 0 or data int k[N] in 1..K");
};

const readData = (source: Source, [word, ...rest]: Statement, read: Read): DataStatement[] => {
  let type: "real" | "int" = "real";
  return separated(rest, ",").map((tokens, i): DataStatement => {
    const typed = tokens[0]?.text === "int" || tokens[0]?.text === "real";
    if (typed) type = tokens[0].text as typeof type;
    const item = typed ? tokens.slice(1) : tokens;
    const before = typed ? tokens[0] : i === 0 ? word : (rest.findLast(({ at }) => at <= (tokens[0]?.at ?? 0)) ?? word);
    some(source, item, before, "the name of a variable");
    checkBoundsBehind(source, typed, item);
    const bounded = item.findIndex(startsBounds);
    const left = readLeft(source, bounded < 0 ? item : item.slice(0, bounded), read, "the name of a variable");
    const bounds = bounded < 0 ? undefined : readBounds(source, item.slice(bounded), read);
    return { kind: "data", ...left, type, bounds };
  });
};

const readDrawn = (source: Source, tokens: Statement, sign: number, read: Read): DrawnStatement => {
  const tilde = tokens[sign];
  if (sign === 0) failAt(source, tilde.at, "expected the name of a variable before ~");
  const left = readLeft(source, tokens.slice(0, sign), read, "the name of a variable");
  const right = read(some(source, tokens.slice(sign + 1), tilde, "a distribution"));
  return { kind: "drawn", left, right, at: tilde.at };
};

const readDefinition = (source: Source, tokens: Statement, sign: number, read: Read): DefinitionStatement => {
  const local = tokens[0].text === "local";
  const equals = tokens[sign];
  const before = tokens.slice(local ? 1 : 0, sign);
  if (before.length === 0) failAt(source, equals.at, "expected the name of a variable before =");
  if (before[1]?.text === "(") failAt(source, before[0].at, "a model defines no functions");
  const left = readLeft(source, before, read, "the name of a variable");
  const value = read(some(source, tokens.slice(sign + 1), equals, "an expression"));
  return { kind: "definition", ...left, value, local };
};

const isFactor = ([first, second, ...rest]: Statement): boolean =>
  first.text === "factor" && second?.text === "(" && rest.at(-1)?.text === ")";

const forms = "write data x[N], x ~ normal(0, 1), y = 2 * x or factor(-x^2)";

const noLoops = "there are no loops: one name goes through all rows, as in y[n] ~ normal(mu[n], 1)";

const noDeclarations = "nothing is declared but data: a latent is made by its prior, as in x[K] ~ normal(0, 1)";

/** Types of Stan, with which its declarations begin. */
const foreignTypes =
  /^(real|int|vector|row_vector|matrix|array|simplex|ordered|positive_ordered|unit_vector|c(orr|ov)_matrix|cholesky_factor_c(orr|ov))$/;

/** How statements of other languages begin, and what to write here. */
const foreignStatements: Readonly<Record<string, string>> = {
  "for (": noLoops,
  "while (": noLoops,
  "if (": "there are no branches: a value is chosen by condition ? a : b",
  "target +": "a term of the log density is factor(…)",
};

const checkForeign = (source: Source, [first, second]: Statement): void => {
  const beginning = `${first.text} ${second?.text}`;
  if (Object.hasOwn(foreignStatements, beginning)) failAt(source, first.at, foreignStatements[beginning]);
};

const readStatement = (source: Source, tokens: Statement, read: Read): readonly Parsed[] => {
  const [first, second] = tokens;
  if (first.text === "data" && second?.text !== "=" && second?.text !== "~") return readData(source, tokens, read);
  checkForeign(source, tokens);
  const tilde = outermost(tokens, "~");
  if (tilde >= 0) return [readDrawn(source, tokens, tilde, read)];
  const equals = outermost(tokens, "=");
  if (equals >= 0) return [readDefinition(source, tokens, equals, read)];
  if (!isFactor(tokens))
    return failAt(source, first.at, foreignTypes.test(first.text) ? noDeclarations : `this is no statement: ${forms}`);
  const inner = some(source, tokens.slice(2, -1), second, "an expression");
  return [{ kind: "factor", value: read(inner), at: first.at }];
};

/** The statements of a text, in order; a declaration of several data is several. */
export const parsedStatements = (source: Source, statements: readonly Statement[], read: Read): Parsed[] =>
  statements.flatMap((tokens) => [...readStatement(source, tokens, read)]);
