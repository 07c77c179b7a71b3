import { fail } from "../core/check.ts";
import { type Model, modelOf } from "../model/model.ts";
import { sitesOf } from "./build.ts";
import { reader } from "./parse.ts";
import { failAt } from "./source.ts";
import { statementsOf } from "./statements.ts";
import { parsedStatements } from "./syntax.ts";
import { variablesOf } from "./variables.ts";

/**
 * A model from its text. mathjs, which is loaded when it is first needed, makes a tree of each expression; nothing of the text is
 * ever evaluated as code. The language is described in docs/text-models.md.
 * @param name what errors and results call the model.
 * @throws FluvialError with line and column of the first thing wrong, and the line itself.
 * @example const model = await parseModel("data y[N]\nmu ~ normal(0, 5)\ny ~ normal(mu, 1)");
 */
export const parseModel = async (text: string, name: string = "model"): Promise<Model> => {
  if (typeof text !== "string") fail(`parseModel: expected the text of a model, got ${typeof text}`);
  if (typeof name !== "string" || name.trim() === "") fail(`parseModel: expected a name, got ${JSON.stringify(name)}`);
  const { createParser } = await import("./parser.ts");
  const source = { name, text: text.replace(/^\ufeff/, "") };
  const statements = parsedStatements(source, statementsOf(source), reader(source, createParser()));
  if (statements.length === 0) failAt(source, 0, "the model is empty");
  const made = modelOf(name, sitesOf(variablesOf(source, statements))) as unknown as Model;
  return { ...made, source: { name, text } };
};
