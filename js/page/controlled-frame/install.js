// @ts-check
/**
 * Puts Controlled Frame into a document: the interface, the upgrading of elements, and what follows
 * them around (the compositor, focus).
 */

import { WeakMap, setPrototypeOf, weakMapGet, weakMapHas, weakMapSet } from "../primordials.js";
import { Compositor } from "../compositor/compositor.js";
import { exposeInterface } from "../webidl.js";
import { exposeContextMenus } from "./context-menus.js";
import { FrameController } from "./controller.js";
import { createInterface, ordinaryHasInstance } from "./element.js";
import { isFitAttribute } from "./fit.js";
import { Focus } from "./focus.js";
import { Frames } from "./frames.js";
import { Observer } from "./observer.js";
import {
  answerForUnknownElements,
  handlerAttributeChanged,
  isFrame,
  isFrameValue,
  patchFactories,
  readHandlerAttributes,
} from "./upgrade.js";

/**
 * @param {import("../bridge.js").Bridge} bridge
 * @param {boolean} opaquePages whether no frame can be seen through the page
 */
export function installControlledFrame(bridge, opaquePages) {
  /** @type {WeakMap<object, FrameController>} */
  const controllers = new WeakMap();
  const frames = new Frames(bridge);
  const focus = new Focus(bridge, frames);
  const compositor = new Compositor(bridge, frames, opaquePages, () => {
    observer.flush();
    focus.check();
  });

  /** @param {unknown} value becomes a controlled frame, if it is one by its name */
  const upgrade = (value) => {
    if (!isFrameValue(value) || weakMapHas(controllers, value)) return;
    const controller = new FrameController(value, bridge, frames);
    weakMapSet(controllers, value, controller);
    setPrototypeOf(value, Interface.prototype);
    readHandlerAttributes(value, (type) => controller.equipment.listens(type));
  };
  /** @param {HTMLElement} element */
  const controllerOf = (element) => {
    upgrade(element);
    return /** @type {FrameController} */ (weakMapGet(controllers, element));
  };

  const observer = new Observer({
    isFrame,
    connected(element) {
      const controller = controllerOf(element);
      if (controller.connected) return;
      // One that has been in another document of the app comes back with the prototype of that one.
      if (!ordinaryHasInstance(Interface, element)) setPrototypeOf(element, Interface.prototype);
      frames.connected(controller);
      controller.connect();
      focus.makeFocusable(element);
    },
    disconnected(element) {
      const controller = controllerOf(element);
      frames.disconnected(controller);
      controller.disconnect();
    },
    attributeChanged(element, name) {
      if (name === "src") controllerOf(element).sourceChanged();
      else if (name === "partition") controllerOf(element).partitionChanged();
      else if (name === "allow" || name === "allowfullscreen") controllerOf(element).equipment.allowChanged();
      else if (name === "aria-label" || name === "title") controllerOf(element).equipment.labelChanged();
      else if (name === "idleinterval") controllerOf(element).equipment.idleIntervalChanged();
      else if (isFitAttribute(name)) controllerOf(element).equipment.fitChanged();
      else if (name === "tabindex") focus.makeFocusable(element);
      else handlerAttributeChanged(element, name, (type) => controllerOf(element).equipment.listens(type));
    },
    forEachConnected: (callback) => frames.forEachConnected(({ element }) => callback(element)),
    changed: (target, isAttribute) => compositor.noteMutation(target, isAttribute),
  });
  frames.controllerOf = (value) => (isFrameValue(value) ? controllerOf(value) : null);
  frames.unobserved = (change) => observer.unobserved(change);
  frames.flush = () => observer.flush();
  frames.sizeOf = (element) => compositor.sizeOf(element);
  frames.onGuestsChange = () => compositor.guestsChanged();
  frames.onConnectedChange = (any) => observer.setActive(any);

  const Interface = createInterface(controllers, upgrade, () => observer.flush());
  answerForUnknownElements(Interface.prototype, upgrade);
  patchFactories(
    upgrade,
    (host, root) => observer.addRoot(host, root),
    () => observer.expectRoots(),
  );
  exposeInterface("HTMLControlledFrameElement", Interface);
  exposeInterface("ControlledFrame", Interface);
  exposeContextMenus();
}
