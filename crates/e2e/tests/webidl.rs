//! The interfaces of docs/unrestricted-network.webidl, as the pages and the workers of an app have them.

use insula_e2e::World;
use insula_testkit::AppBuilder;
use serde_json::{Value, json};

/// What `npm run bundle` makes of the Web IDL.
const INTERFACES: &str = include_str!("../../../js/generated/network-idl.json");

/// A function of the interfaces and of where it runs, which lists what is wrong, by the chapters "Interfaces", "Attributes" and "Operations" of Web IDL's ECMAScript binding.
const LOOK: &str = r#"async (interfaces, place) => {
const wrong = [];
const check = (what, holds) => { if (!holds) wrong.push(what) };
const throwsTypeError = (call) => { try { call(); return false } catch (error) { return error instanceof TypeError } };
const rejectsTypeError = async (call) => {
  try {
    const promise = call();
    return promise instanceof Promise && await promise.then(() => false, (error) => error instanceof TypeError);
  } catch { return false }
};
for (const { name, inheritance, constructor, exposed, members: all } of interfaces) {
  if (!exposed.includes(place)) {
    check(`${name} is not there`, !(name in globalThis));
    continue;
  }
  const members = all.filter((it) => it.exposed.includes(place));
  const own = Object.getOwnPropertyDescriptor(globalThis, name);
  check(`${name} is there`, typeof own?.value === "function");
  if (!own) continue;
  check(`${name} is a property like other interfaces`, own.writable && own.configurable && !own.enumerable);
  const { value: Interface } = own;
  const { prototype } = Interface;
  check(`${name}'s parent`, Object.getPrototypeOf(Interface) === (inheritance ? globalThis[inheritance] : Function.prototype));
  check(`${name}.prototype's parent`,
    Object.getPrototypeOf(prototype) === (inheritance ? globalThis[inheritance].prototype : Object.prototype));
  check(`${name}.name`, Interface.name === name);
  check(`${name}.length`, Interface.length === (constructor ?? 0));
  check(`${name} is no function to be called`, throwsTypeError(() => Interface()));
  if (constructor === null) check(`nobody makes a ${name}`, throwsTypeError(() => new Interface()));
  if (constructor > 0) check(`${name} needs its arguments`, throwsTypeError(() => new Interface()));
  check(`${name}'s class string`, Object.prototype.toString.call(prototype) === `[object ${name}]`);
  check(`${name}.prototype.constructor`, prototype.constructor === Interface);
  const fixed = Object.getOwnPropertyDescriptor(Interface, "prototype");
  check(`${name}.prototype stays`, !fixed.writable && !fixed.enumerable && !fixed.configurable);
  const strangers = [{}, null, Object.create(prototype)];
  for (const member of members) {
    const label = `${name}.${member.name}`;
    if (member.type === "const") {
      for (const holder of [Interface, prototype]) {
        const found = Object.getOwnPropertyDescriptor(holder, member.name);
        check(label, found?.value === member.value && found.enumerable && !found.writable && !found.configurable);
      }
      continue;
    }
    const found = Object.getOwnPropertyDescriptor(prototype, member.name);
    check(`${label} is there`, found);
    if (!found) continue;
    check(`${label} is enumerable and configurable`, found.enumerable && found.configurable);
    if (member.type === "attribute") {
      check(`${label} is read by a getter`, found.get?.name === `get ${member.name}` && found.get.length === 0);
      check(`${label} is ${member.readonly ? "" : "not "}read only`, (found.set === undefined) === member.readonly);
      if (found.set) check(`${label} is set by a setter`, found.set.name === `set ${member.name}` && found.set.length === 1);
    } else {
      check(`${label} can be replaced`, found.writable);
      check(`${label}.length is ${member.length}`, found.value?.length === member.length);
      check(`${label}.name`, found.value?.name === member.name);
    }
    for (const stranger of strangers) {
      const use = () => Reflect.apply(found.get ?? found.value, stranger, []);
      check(`${label} of a stranger`, member.promise ? await rejectsTypeError(use) : throwsTypeError(use));
    }
  }
  const known = new Set(["constructor", ...members.map((it) => it.name)]);
  // What is inherited may be done in another way.
  const inherited = inheritance ? globalThis[inheritance].prototype : {};
  for (const key of Object.getOwnPropertyNames(prototype)) {
    check(`${name}.${key} is in the Web IDL`, known.has(key) || key in inherited);
  }
}
const { get, set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(navigator), "unrestrictedNetwork");
check("navigator.unrestrictedNetwork is one object", set === undefined && navigator.unrestrictedNetwork === navigator.unrestrictedNetwork);
check("navigator.unrestrictedNetwork of a stranger", throwsTypeError(() => Reflect.apply(get, {}, [])));
return wrong;
}"#;

#[test]
fn pages_and_workers_have_what_the_web_idl_says_and_nothing_else() {
    let world = World::new();
    let worker = format!("onmessage = async ({{ data }}) => postMessage(await ({LOOK})(data, 'DedicatedWorker'))");
    let app = AppBuilder::new("Interfaces")
        .page("<!doctype html><title>Interfaces</title>")
        .file("/worker.js", worker);
    let session = world.open(&app);
    let interfaces: Value = serde_json::from_str(INTERFACES).expect("it is JSON");
    assert!(interfaces.as_array().is_some_and(|list| list.len() >= 5));
    let in_page = format!("return ({LOOK})(args[0], 'Window')");
    assert_eq!(
        session.eval_with(&in_page, std::slice::from_ref(&interfaces)),
        json!([])
    );
    let in_worker = session.eval_with(
        "const policy = trustedTypes.createPolicy('own', { createScriptURL: (url) => url });
         const worker = new Worker(policy.createScriptURL('/worker.js'));
         worker.postMessage(args[0]);
         return new Promise((resolve) => (worker.onmessage = ({ data }) => resolve(data)))",
        &[interfaces],
    );
    assert_eq!(in_worker, json!([]));
}
