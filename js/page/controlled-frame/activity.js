// @ts-check
/**
 * navigator.appActivity: whether somebody uses the app, in any of its windows and in what it embeds.
 */

import { Event, EventTarget, TypeError, dispatchEvent, parseInt } from "../primordials.js";
import { getHandler, setHandler } from "../event-handlers.js";
import { copyAccessor, exposeInterface, finishInterface, toUnsigned } from "../webidl.js";

import { getAttribute } from "./dom.js";

/** The shortest interval, in milliseconds. */
const SHORTEST = 100;

/**
 * An interval as the runtime takes it, in milliseconds; 0 for none.
 * @param {unknown} value
 * @param {string} context
 */
export function toInterval(value, context) {
  const interval = toUnsigned(value, 32, context);
  return interval && interval < SHORTEST ? SHORTEST : interval;
}

/** What an element's attribute says, in milliseconds. @param {HTMLElement} element */
export function intervalOf(element) {
  const interval = parseInt(getAttribute(element, "idleinterval") ?? "");
  if (!(interval > 0)) return 0;
  return interval < SHORTEST ? SHORTEST : interval > 0xffffffff ? 0xffffffff : interval;
}

/** @param {import("../bridge.js").Bridge} bridge */
export function installAppActivity(bridge) {
  /** Only this module can make an instance. */
  let constructing = false;
  let interval = 0;
  let idle = false;

  class AppActivity extends EventTarget {
    constructor() {
      if (!constructing) throw new TypeError("Illegal constructor");
      super();
    }

    get idleInterval() {
      check(this);
      return interval;
    }

    set idleInterval(value) {
      check(this);
      interval = toInterval(value, "Failed to set the 'idleInterval' property on 'AppActivity'");
      idle = false;
      bridge.notify("stage.setIdleInterval", { milliseconds: interval });
    }

    get idle() {
      check(this);
      return idle;
    }

    get onidle() {
      return getHandler(check(this), "idle");
    }

    set onidle(value) {
      setHandler(check(this), "idle", value);
    }

    get onactive() {
      return getHandler(check(this), "active");
    }

    set onactive(value) {
      setHandler(check(this), "active", value);
    }
  }
  finishInterface(AppActivity, "AppActivity", ["idleInterval", "idle", "onidle", "onactive"]);
  exposeInterface("AppActivity", AppActivity);

  constructing = true;
  const instance = new AppActivity();
  constructing = false;
  bridge.listen("stage.idle", ({ idle: isIdle }) => {
    idle = isIdle;
    dispatchEvent(instance, new Event(isIdle ? "idle" : "active"));
  });

  /** @param {unknown} value */
  function check(value) {
    if (value !== instance) throw new TypeError("Illegal invocation");
    return instance;
  }

  const navigatorObject = globalThis.navigator;
  const holder = {
    get appActivity() {
      if (/** @type {unknown} */ (this) !== navigatorObject) throw new TypeError("Illegal invocation");
      return instance;
    },
  };
  copyAccessor(globalThis.Navigator.prototype, "appActivity", holder);
}
