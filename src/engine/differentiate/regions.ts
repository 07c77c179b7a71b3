import { fail } from "../../core/check.ts";
import { type Rule, type Rules, slopes } from "./rule.ts";
import { scanRule } from "./scan.ts";

const loopRule: Rule<"loop"> = ({ label }) =>
  fail(
    `gradient${label && ` in ${label}`}: a loop that ends when a condition says so has no gradient of its own; give it one with withGradient`,
  );

export const regionRules: Rules<"scan" | "loop" | "part"> = {
  scan: scanRule,
  loop: loopRule,
  part: slopes((g) => g),
};
