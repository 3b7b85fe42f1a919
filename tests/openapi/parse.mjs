// Prints what AsyncAPI's own parser finds in a document, as JSON: node tests/openapi/parse.mjs docs/asyncapi.json
import { readFile } from "node:fs/promises";
import { Parser } from "@asyncapi/parser";

const { document, diagnostics } = await new Parser().parse(await readFile(process.argv[2], "utf-8"));
const operations = document?.operations().all().map((each) => [each.id(), each.action()]);
console.log(JSON.stringify({ operations, diagnostics }));
