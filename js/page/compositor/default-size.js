// @ts-check
/**
 * The size of a frame that its author gives none.
 *
 * In Chromium the embedded page is in an iframe of 100 % inside of the element. As a block, a flex item, a
 * grid item or positioned the element has that iframe's size by style.css alone. Within a line of text an
 * element is as large as its content, and that iframe as large as the box around the line: there an
 * element without a width gets that of this box, and one without a height its height. A style sheet cannot
 * tell the two cases apart.
 */

import { WeakMap, weakMapGet, weakMapSet } from "../primordials.js";
import { computedValue } from "../controlled-frame/dom.js";
import { PausedAnimations } from "./paused.js";

export class DefaultSizes {
  /** @type {WeakMap<Element, PausedAnimations>} */
  #given = new WeakMap();

  /**
   * Gives a frame the size that its author does not, as its styles are now.
   * @param {Element} element
   */
  refresh(element) {
    const given = weakMapGet(this.#given, element);
    given?.suspend();
    const inLine = computedValue(element, "display") === "inline-block";
    const width = inLine && computedValue(element, "width") === "auto";
    const height = inLine && computedValue(element, "height") === "auto";
    if (!width && !height) return given?.lift();
    given?.resume();
    const animation = given ?? new PausedAnimations(element, 1);
    weakMapSet(this.#given, element, animation);
    animation.apply(`${width} ${height}`, () => [
      { __proto__: null, ...(width && { width: "100%" }), ...(height && { height: "100%" }) },
    ]);
  }
}
