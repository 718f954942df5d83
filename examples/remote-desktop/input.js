// What the user does on the picture, as the other machine is told it.

/** @import { Desktop } from "./rfb.js" */

/** X's names for keys that are no characters. */
const KEYSYMS = new Map(
  Object.entries({
    Backspace: 0xff08, Tab: 0xff09, Enter: 0xff0d, Escape: 0xff1b, Delete: 0xffff, Home: 0xff50, ArrowLeft: 0xff51,
    ArrowUp: 0xff52, ArrowRight: 0xff53, ArrowDown: 0xff54, PageUp: 0xff55, PageDown: 0xff56, End: 0xff57, Insert: 0xff63,
    F1: 0xffbe, F2: 0xffbf, F3: 0xffc0, F4: 0xffc1, F5: 0xffc2, F6: 0xffc3, F7: 0xffc4, F8: 0xffc5, F9: 0xffc6,
    F10: 0xffc7, F11: 0xffc8, F12: 0xffc9, Shift: 0xffe1, Control: 0xffe3, Meta: 0xffe7, Alt: 0xffe9, AltGraph: 0xfe03,
    CapsLock: 0xffe5,
  }),
);

/** @param {string} key as a `KeyboardEvent` has it */
function keysym(key) {
  const [first, ...others] = key;
  if (others.length) return KEYSYMS.get(key);
  const code = first?.codePointAt(0) ?? 0;
  return code < 0x100 ? code : 0x01000000 + code;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {() => Desktop | undefined} desktop whom to tell
 */
export function passOn(canvas, desktop) {
  /** @param {MouseEvent} event @param {number} [more] */
  const pointer = (event, more = 0) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const along = (/** @type {number} */ part, /** @type {number} */ length) =>
      Math.min(Math.max(Math.round(part * length), 0), length - 1);
    const [x, y] = [along((event.clientX - left) / width, canvas.width), along((event.clientY - top) / height, canvas.height)];
    // A browser's second button is RFB's third.
    const { buttons } = event;
    desktop()?.pointer(x, y, (buttons & 1) | ((buttons & 4) >> 1) | ((buttons & 2) << 1) | more);
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.focus();
    canvas.setPointerCapture(event.pointerId);
    pointer(event);
  });
  canvas.addEventListener("pointermove", (event) => pointer(event));
  canvas.addEventListener("pointerup", (event) => pointer(event));
  canvas.addEventListener("contextmenu", (event) => event.preventDefault());
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    pointer(event, event.deltaY < 0 ? 8 : 16);
    pointer(event);
  });

  /** What is down. Keys that go up elsewhere would stay down at the other machine. @type {Map<string, number>} */
  const down = new Map();
  canvas.addEventListener("keydown", (event) => {
    const symbol = keysym(event.key);
    if (symbol === undefined) return;
    event.preventDefault();
    down.set(event.code, symbol);
    desktop()?.key(symbol, true);
  });
  canvas.addEventListener("keyup", (event) => {
    const symbol = down.get(event.code);
    if (symbol === undefined) return;
    event.preventDefault();
    down.delete(event.code);
    desktop()?.key(symbol, false);
  });
  canvas.addEventListener("blur", () => {
    for (const symbol of down.values()) desktop()?.key(symbol, false);
    down.clear();
  });
}
