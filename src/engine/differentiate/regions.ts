import { fail } from "../../core/check.ts";
import type { Rule, Rules } from "./rule.ts";
import { scanRule } from "./scan.ts";

const loopRule: Rule<"loop"> = ({ label }) =>
  fail(
    `gradient${label && ` in ${label}`}: a loop that ends when a condition says so has no gradient of its own; give it one with withGradient`,
  );

export const regionRules: Rules<"scan" | "loop" | "part"> = {
  scan: scanRule,
  loop: loopRule,
  // What arrives at a part stays there: its scan or loop takes the gradients of all its parts together.
  part: () => [],
};
