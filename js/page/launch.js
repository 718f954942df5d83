// @ts-check
/**
 * `launchQueue` (Web App Launch Handler API): what the app was started for, and the files that the user has opened with
 * it (File Handling).
 *
 * A handle's content comes from the engine: the module makes a chooser of files, which no page sees, and the runtime
 * answers it with the file that the handle stands for. So a `File` is the engine's own, which reads from the disk what is
 * asked for, and is as the file was when it was got. What is written goes another way: see `files/writable.js`.
 */

import {
  DOMException,
  Set,
  TypeError,
  WeakMap,
  addEventListener,
  arrayPush,
  arraySplice,
  freeze,
  getterOf,
  removeEventListener,
  setAdd,
  setDelete,
  uncurryThis,
  weakMapGet,
  weakMapSet,
} from "./primordials.js";
import {
  copyAccessor,
  createPlatformObject,
  exposeInterface,
  finishInterface,
  illegalInvocation,
  promiseFrom,
  requireArguments,
  toDictionary,
  toEnum,
} from "./webidl.js";
import { createWritables } from "./files/writable.js";

/** @typedef {import("./bridge.js").Bridge} Bridge */
/** @typedef {{ targetURL: string, files: readonly object[] }} Params */

const ONCE = /** @type {AddEventListenerOptions} */ ({ __proto__: null, once: true });
const MODES = /** @type {const} */ (["read", "readwrite"]);
const LOCKS = /** @type {const} */ (["exclusive", "siloed"]);

/** @param {Bridge} bridge */
export function installLaunchQueue(bridge) {
  const createHandle = createFileHandles(bridge);
  /** @type {WeakMap<object, Params>} */
  const paramsOf = new WeakMap();
  /** What nobody has taken yet. @type {object[]} */
  const waiting = [];
  /** @type {((params: object) => unknown) | null} */
  let consumer = null;
  const { reportError } = globalThis;

  class LaunchParams {
    constructor() {
      throw new TypeError("Illegal constructor");
    }

    get targetURL() {
      return of(this).targetURL;
    }

    get files() {
      return of(this).files;
    }
  }
  finishInterface(LaunchParams, "LaunchParams", ["targetURL", "files"]);
  exposeInterface("LaunchParams", LaunchParams);

  /** @param {object} params @returns {Params} */
  function of(params) {
    const found = weakMapGet(paramsOf, params);
    if (!found) throw new TypeError("Illegal invocation");
    return found;
  }

  class LaunchQueue {
    constructor() {
      throw new TypeError("Illegal constructor");
    }

    /** @param {(params: object) => unknown} callback */
    setConsumer(callback) {
      if (/** @type {unknown} */ (this) !== queue) throw new TypeError("Illegal invocation");
      const context = "Failed to execute 'setConsumer' on 'LaunchQueue'";
      requireArguments(context, arguments.length, 1);
      if (typeof callback !== "function") {
        throw new TypeError(`${context}: parameter 1 is not of type 'Function'.`);
      }
      consumer = callback;
      consume();
    }
  }
  finishInterface(LaunchQueue, "LaunchQueue", ["setConsumer"]);
  exposeInterface("LaunchQueue", LaunchQueue);
  const queue = createPlatformObject(LaunchQueue);
  copyAccessor(globalThis, "launchQueue", {
    get launchQueue() {
      return queue;
    },
  });

  function consume() {
    while (consumer && waiting.length > 0) {
      const params = arraySplice(waiting, 0, 1)[0];
      const take = consumer;
      try {
        take(params);
      } catch (error) {
        // Old engines, and no page, lack it.
        if (reportError) reportError(error);
      }
    }
  }

  bridge.listen("launch.params", ({ targetUrl, files }) => {
    /** @type {object[]} */
    const handles = [];
    for (let i = 0; i < files.length; i++) arrayPush(handles, createHandle(files[i].file, files[i].name));
    const params = createPlatformObject(LaunchParams);
    weakMapSet(paramsOf, params, /** @type {any} */ ({ __proto__: null, targetURL: targetUrl, files: freeze(handles) }));
    arrayPush(waiting, params);
    consume();
  });
}

/**
 * Defines what a handle of a file is (File System).
 * @param {Bridge} bridge
 * @returns {(file: number, name: string) => object} the handle of the runtime's file of a number, always the same
 */
function createFileHandles(bridge) {
  /** @type {WeakMap<object, { file: number, name: string }>} */
  const files = new WeakMap();
  const choose = createChooser();
  const createWritable = createWritables();

  class FileSystemHandle {
    constructor() {
      throw new TypeError("Illegal constructor");
    }

    get kind() {
      of(this);
      return "file";
    }

    get name() {
      return of(this).name;
    }

    /** @param {object} other @returns {Promise<boolean>} */
    isSameEntry(other) {
      const own = weakMapGet(files, this);
      if (!own) return illegalInvocation("isSameEntry", "FileSystemHandle");
      const given = arguments.length;
      return promiseFrom((resolve) => {
        requireArguments("Failed to execute 'isSameEntry' on 'FileSystemHandle'", given, 1);
        resolve(weakMapGet(files, other)?.file === own.file);
      });
    }

    /** @param {object} [descriptor] @returns {Promise<PermissionState>} */
    queryPermission(descriptor) {
      const own = weakMapGet(files, this);
      if (!own) return illegalInvocation("queryPermission", "FileSystemHandle");
      return permission(own.file, descriptor, "queryPermission", "launch.queryWriting");
    }

    /** @param {object} [descriptor] @returns {Promise<PermissionState>} */
    requestPermission(descriptor) {
      const own = weakMapGet(files, this);
      if (!own) return illegalInvocation("requestPermission", "FileSystemHandle");
      return permission(own.file, descriptor, "requestPermission", "launch.requestWriting");
    }
  }
  finishInterface(FileSystemHandle, "FileSystemHandle", [
    "kind",
    "name",
    "isSameEntry",
    "queryPermission",
    "requestPermission",
  ]);

  class FileSystemFileHandle extends FileSystemHandle {
    /** @returns {Promise<File>} */
    getFile() {
      const own = weakMapGet(files, this);
      if (!own) return illegalInvocation("getFile", "FileSystemFileHandle");
      return promiseFrom((resolve, reject) => {
        bridge.call("launch.file", { file: own.file }, (chosen) => choose(chosen, resolve, reject), reject);
      });
    }

    /** @param {object} [options] @returns {Promise<WritableStream>} */
    createWritable(options) {
      const own = weakMapGet(files, this);
      if (!own) return illegalInvocation("createWritable", "FileSystemFileHandle");
      return promiseFrom((resolve, reject) => {
        const context = "Failed to execute 'createWritable' on 'FileSystemFileHandle'";
        const { keepExistingData, mode } = toDictionary(options, context, "FileSystemCreateWritableOptions");
        const isExclusive =
          mode !== undefined && toEnum(mode, LOCKS, context, "FileSystemWritableFileStreamMode") === "exclusive";
        bridge.call(
          "launch.write",
          { file: own.file, keepExistingData: !!keepExistingData, exclusive: isExclusive },
          (_, descriptor) => {
            if (descriptor) resolve(createWritable(descriptor));
            else reject(new DOMException("The file could not be opened.", "UnknownError"));
          },
          reject,
        );
      });
    }
  }
  finishInterface(FileSystemFileHandle, "FileSystemFileHandle", ["getFile", "createWritable"]);
  // An engine that has them has its own.
  if (!("FileSystemHandle" in globalThis)) {
    exposeInterface("FileSystemHandle", FileSystemHandle);
    exposeInterface("FileSystemFileHandle", FileSystemFileHandle);
  }

  /** @param {object} handle */
  function of(handle) {
    const found = weakMapGet(files, handle);
    if (!found) throw new TypeError("Illegal invocation");
    return found;
  }

  /**
   * A file that the user has opened may be read. Whether it may be written is asked.
   * @param {number} file
   * @param {unknown} descriptor
   * @param {string} operation
   * @param {"launch.queryWriting" | "launch.requestWriting"} method
   * @returns {Promise<PermissionState>}
   */
  function permission(file, descriptor, operation, method) {
    return promiseFrom((resolve, reject) => {
      const context = `Failed to execute '${operation}' on 'FileSystemHandle'`;
      const { mode } = toDictionary(descriptor, context, "FileSystemHandlePermissionDescriptor");
      const wanted = mode === undefined ? "read" : toEnum(mode, MODES, context, "FileSystemPermissionMode");
      if (wanted === "read") resolve("granted");
      else bridge.call(method, { file }, ({ state }) => resolve(state), reject);
    });
  }

  return (file, name) => {
    const handle = createPlatformObject(FileSystemFileHandle);
    weakMapSet(files, handle, /** @type {any} */ ({ __proto__: null, file, name }));
    return handle;
  };
}

/** @returns {(chosen: import("../generated/bridge.js").LaunchedFileResult, resolve: (file: File) => void, reject: (error: Error) => void) => void} */
function createChooser() {
  const { document, HTMLInputElement } = globalThis;
  const createElement = uncurryThis(document.createElement);
  const setAttribute = uncurryThis(globalThis.Element.prototype.setAttribute);
  const click = uncurryThis(globalThis.HTMLElement.prototype.click);
  const filesOf = getterOf(HTMLInputElement.prototype, "files");
  const itemOf = uncurryThis(globalThis.FileList.prototype.item);
  /** The choosers that are open: without a place in the document nothing else keeps them. @type {Set<Element>} */
  const open = new Set();

  return ({ mediaType, event }, resolve, reject) => {
    const chooser = /** @type {HTMLInputElement} */ (/** @type {any} */ (createElement)(document, "input"));
    setAttribute(chooser, "type", "file");
    setAttribute(chooser, "accept", mediaType);
    setAdd(open, chooser);
    const openIt = () => click(chooser);
    const finish = () => {
      setDelete(open, chooser);
      removeEventListener(globalThis, event, openIt);
      const files = filesOf(chooser);
      const file = files && itemOf(files, 0);
      if (file) resolve(file);
      else reject(new DOMException("The file is not there any more.", "NotFoundError"));
    };
    addEventListener(chooser, "change", finish, ONCE);
    addEventListener(chooser, "cancel", finish, ONCE);
    // A chooser opens only for what the user has done: the runtime says so by this event, which no page knows.
    // It comes again while it has not opened: the engine opens one at a time.
    addEventListener(globalThis, event, openIt);
  };
}
