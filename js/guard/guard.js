// @ts-check
// Runs in every document in an app's windows, the app's own and those of strangers in its iframes, before the first script
// of the page: asks before what the engine does without asking anybody. The web process extension evaluates this file and
// calls its value. What it needs later it takes from the engine now; the page may change everything.

(
  /**
   * @param {{ allows: (permission: string) => boolean }} native asked each time, because the answer changes
   * @param {boolean} isStranger whether the document is not the app's own
   * @returns {() => void} to be called when the answers may have changed: ends what is not allowed any more
   */
  function guard({ allows }, isStranger) {
    const { apply, defineProperty, deleteProperty, getOwnPropertyDescriptor } = Reflect;
    const { DOMException, GeolocationPositionError, Map, Promise, Set, String, TypeError } = globalThis;
    const { create } = Object;
    const { setTimeout } = globalThis;
    const { bind, call } = Function.prototype;
    /** @type {(method: Function) => (self: any, ...rest: any[]) => any} */
    const uncurryThis = apply(bind, call, [bind, call]);
    /** @type {(method: Function, self: object) => (...given: any[]) => any} */
    const bindTo = apply(bind, call, [bind]);
    const reject = uncurryThis(Promise.reject);
    const then = uncurryThis(Promise.prototype.then);
    const toLowerCase = uncurryThis(String.prototype.toLowerCase);
    const { add, delete: remove, forEach } = Set.prototype;
    const [setAdd, setDelete, setForEach] = [uncurryThis(add), uncurryThis(remove), uncurryThis(forEach)];
    const [mapSet, mapDelete, mapForEach] = [
      uncurryThis(Map.prototype.set),
      uncurryThis(Map.prototype.delete),
      uncurryThis(Map.prototype.forEach),
    ];

    /**
     * Puts a function before a method of the engine's; it gets the method, the arguments, which it can change, and the
     * receiver.
     * @param {any} holder
     * @param {string} name
     * @param {(method: () => any, given: any[], self: any) => any} before
     */
    const putBefore = (holder, name, before) => {
      const descriptor = holder && getOwnPropertyDescriptor(holder, name);
      if (!descriptor?.value) return;
      const native = descriptor.value;
      const { [name]: guarded } = {
        /** @this {any} @param {any[]} given */
        [name](...given) {
          return before(() => apply(native, this, given), given, this);
        },
      };
      const shape = { __proto__: null, value: native.length, configurable: true };
      defineProperty(guarded, "length", /** @type {any} */ (shape));
      defineProperty(holder, name, /** @type {any} */ ({ __proto__: null, ...descriptor, value: guarded }));
    };
    /** @param {string} permission */
    const refusal = (permission) =>
      reject(Promise, new DOMException(`The permission “${permission}” is refused.`, "NotAllowedError"));

    if (isStranger) {
      deleteProperty(globalThis, "Notification");
      // A dialog shows whose page it is by the app's name only, and would be taken for the app's. Other browsers show none for
      // an iframe of another origin either.
      const warn = bindTo(globalThis.console.warn, globalThis.console);
      for (const [name, answer] of /** @type {const} */ ([
        ["alert", undefined],
        ["confirm", false],
        ["prompt", null],
      ])) {
        putBefore(globalThis, name, () => {
          warn(`An iframe of another origin tried to show a dialog (${name}), which is not shown.`);
          return answer;
        });
      }
    }

    for (const name of ["write", "writeText"]) {
      putBefore(globalThis.Clipboard?.prototype, name, (write) =>
        allows("clipboard-write") ? write() : refusal("clipboard-write"),
      );
    }
    putBefore(globalThis.Document?.prototype, "execCommand", (execute, given) => {
      if (typeof given[0] === "symbol") return execute();
      if (given.length > 0) given[0] = String(given[0]);
      const command = toLowerCase(given[0] ?? "");
      return (command === "copy" || command === "cut") && !allows("clipboard-write") ? false : execute();
    });

    // The engine hands these to the desktop without telling the runtime, and goes by what was granted when its process
    // started. (Notifications API, "showNotification()", step 2)
    putBefore(globalThis.ServiceWorkerRegistration?.prototype, "showNotification", (show) =>
      allows("notifications") ? show() : reject(Promise, new TypeError("Notifications are not granted.")),
    );

    /** What keeps the screen on. */
    const held = new Set();
    const addListener = uncurryThis(globalThis.EventTarget.prototype.addEventListener);
    const release = globalThis.WakeLockSentinel && uncurryThis(globalThis.WakeLockSentinel.prototype.release);
    /** @param {any} sentinel */
    const hold = (sentinel) => {
      setAdd(held, sentinel);
      addListener(sentinel, "release", () => setDelete(held, sentinel));
      if (!allows("screen-wake-lock")) endRefused();
    };
    const endRefused = () => {
      if (!allows("screen-wake-lock")) setForEach(held, (/** @type {any} */ sentinel) => release(sentinel));
    };
    putBefore(globalThis.WakeLock?.prototype, "request", (request) => {
      if (!allows("screen-wake-lock")) return refusal("screen-wake-lock");
      const promise = request();
      // Otherwise `then` asks the promise's constructor, which is the page's to change.
      defineProperty(promise, "constructor", /** @type {any} */ ({ __proto__: null, configurable: true }));
      then(promise, hold, () => {});
      deleteProperty(promise, "constructor");
      return promise;
    });

    // No position comes once it may not be known. The engine would leave the page waiting for the next one then, as if the
    // device did not know where it is: here the page is told why there is none.
    const PERMISSION_DENIED = 1;
    /** Whether the engine has let the document know the position: it does not ask a second time. */
    let hadPosition = false;
    const hasLostPosition = () => hadPosition && !allows("geolocation");
    const positionError = () =>
      create(GeolocationPositionError.prototype, {
        code: { value: PERMISSION_DENIED },
        message: { value: "The permission “geolocation” is refused." },
      });
    /** The watches by their numbers: who watches, and how to tell that it is over. @type {Map<number, any>} */
    const watches = new Map();
    const geolocation = globalThis.Geolocation?.prototype;
    const clearWatch = geolocation && uncurryThis(geolocation.clearWatch);
    for (const name of ["getCurrentPosition", "watchPosition"]) {
      putBefore(geolocation, name, (request, given, self) => {
        const succeeded = given[0];
        const failed = given[1] ?? (() => {});
        // The engine says what is wrong with them.
        if (typeof succeeded !== "function" || typeof failed !== "function") return request();
        const fail = () => setTimeout(() => apply(failed, undefined, [positionError()]), 0);
        if (hasLostPosition()) {
          fail();
          return name === "watchPosition" ? 0 : undefined;
        }
        given[0] = (/** @type {any} */ position) => {
          hadPosition = true;
          if (!hasLostPosition()) apply(succeeded, undefined, [position]);
        };
        given[1] = (/** @type {any} */ error) => {
          hadPosition ||= error.code !== PERMISSION_DENIED;
          apply(failed, undefined, [error]);
        };
        const number = request();
        if (name === "watchPosition") mapSet(watches, number, { self, fail });
        return number;
      });
    }
    putBefore(geolocation, "clearWatch", (clear, given) => {
      mapDelete(watches, given[0]);
      return clear();
    });

    return () => {
      endRefused();
      if (!hasLostPosition()) return;
      mapForEach(watches, (/** @type {any} */ watch, /** @type {number} */ number) => {
        mapDelete(watches, number);
        clearWatch(watch.self, number);
        watch.fail();
      });
    };
  }
);
