import { describe, expect, it } from "vitest";
import { parseJson } from "../../src/cli/json.ts";

describe("JSON from users", () => {
  it("is read as JSON.parse reads it", () => {
    const text = ' {"a": [1, -2.5e3, [true, null]], "b \\" \\u00e9": "x", "c": {}, "d": []} ';
    expect(parseJson("d.json", text)).toEqual(JSON.parse(text));
    expect(parseJson("d.json", "\ufeff[1]")).toEqual([1]);
  });

  for (const [text, message] of [
    ['{"y": [1, 2,, 3]}', 'line 1, column 13: expected a value, got ","'],
    ['{\n  "y": [1, NaN]\n}', 'line 2, column 12: expected a value, got "NaN"'],
    ['{"y": 01}', 'line 1, column 7: expected a value, got "01"'],
    ['{"y": 1 "x": 2}', 'line 1, column 9: expected "," or "}", got "\\""'],
    ["{y: 1}", 'line 1, column 2: expected a name in double quotes, got "y"'],
    ['{"y": 1,}', 'line 1, column 9: expected a name in double quotes, got "}"'],
    ['{"y" 1}', 'line 1, column 6: expected ":", got "1"'],
    ['{"y": [1', 'line 1, column 9: expected "," or "]", got the end'],
    ["", "line 1, column 1: expected a value, got the end"],
    ["[1] 2", 'line 1, column 5: expected the end, got "2"'],
  ])
    it(`names the place in ${JSON.stringify(text)}`, () =>
      expect(() => parseJson("d.json", text)).toThrow(`d.json: not valid JSON at ${message}`));

  it.each([
    ["too deep", `${"[".repeat(100_000)}1`],
    ["too long", `{"a": "${"A".repeat(40_000_000)}`],
  ])("says in the words of JSON.parse what is wrong with a text that is %s to be looked through", (_, text) => {
    const its = ((): string => {
      try {
        return String(JSON.parse(text));
      } catch (error) {
        return (error as Error).message;
      }
    })();
    expect(() => parseJson("d.json", text)).toThrow(`d.json: not valid JSON: ${its}`);
  });
});
