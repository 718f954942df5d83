// Writes generated/network-idl.json: the interfaces of docs/unrestricted-network.webidl as plain data, against which
// crates/e2e/tests/webidl.rs holds what the engine's pages have.
//
// With --check nothing is written; the exit code says whether the committed file is current.
// @ts-check

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parse, validate } from "webidl2";

/** @param {string} file */
const path = (file) => fileURLToPath(new URL(file, import.meta.url));

const source = await readFile(path("../docs/unrestricted-network.webidl"), "utf8");
const definitions = parse(source);

const mistakes = validate(definitions);
for (const mistake of mistakes) console.error(mistake.message);

/** @param {any[]} given how many arguments a call needs at the least */
const required = (given) => given.filter((argument) => !argument.optional && !argument.variadic).length;

/** @param {any} member @param {string[]} exposure of its interface */
function shape(member, exposure) {
  const { type, name } = member;
  const common = { type, name, exposed: exposed(member) ?? exposure };
  switch (type) {
    case "attribute":
      return { ...common, readonly: member.readonly, promise: isPromise(member.idlType) };
    case "operation":
      return { ...common, length: required(member.arguments), promise: isPromise(member.idlType) };
    case "const":
      return { ...common, value: Number(member.value.value) };
  }
  throw new Error(`nothing is known of a member that is a ${type}`);
}

/** @param {any} idlType */
const isPromise = (idlType) => idlType?.generic === "Promise";

/**
 * Where a definition is exposed, if it says so.
 * @param {any} definition
 * @returns {string[] | undefined}
 */
const exposed = (definition) => {
  const { rhs } = definition.extAttrs.find((/** @type {any} */ it) => it.name === "Exposed") ?? {};
  return rhs && [rhs.value].flat().map((it) => it.value ?? it);
};

const interfaces = definitions
  .filter((it) => it.type === "interface" && !it.partial)
  .map((/** @type {any} */ definition) => {
    const exposure = exposed(definition) ?? [];
    const made = definition.members.find((/** @type {any} */ it) => it.type === "constructor");
    return {
      name: definition.name,
      inheritance: definition.inheritance,
      exposed: exposure,
      /** How many arguments its constructor needs; null where it has none. */
      constructor: made ? required(made.arguments) : null,
      members: definition.members.filter((/** @type {any} */ it) => it !== made).map((/** @type {any} */ it) => shape(it, exposure)),
    };
  });

const output = path("generated/network-idl.json");
const text = `${JSON.stringify(interfaces, null, 2)}\n`;
if (!process.argv.includes("--check")) {
  await writeFile(output, text);
} else if ((await readFile(output, "utf8").catch(() => "")) !== text) {
  console.error("generated/network-idl.json is not what the Web IDL says: run `npm run bundle` in js/");
  process.exitCode = 1;
}
if (mistakes.length > 0) process.exitCode = 1;
