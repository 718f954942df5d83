// Run in the runtime's own world when the user asks for the menu by the keyboard, which the engine has none for: tells where
// the keyboard is in the page, as report-context.js tells it of the pointer. Nothing, if the page shows a menu of its own.
(() => {
  const LONGEST = 10_000;

  /** @type {Element | null} */
  let element = document.activeElement ?? document.documentElement;
  let [left, top] = [0, 0];
  const path = [];
  for (let depth = 0; depth < 64; depth++) {
    const inner = /** @type {any} */ (element).shadowRoot?.activeElement;
    const frame = /** @type {any} */ (element).contentDocument;
    if (inner) {
      element = inner;
    } else if (frame) {
      const box = /** @type {Element} */ (element).getBoundingClientRect();
      [left, top] = [left + box.left, top + box.top];
      const view = /** @type {Window} */ (frame.defaultView);
      let index = 0;
      while (index < view.parent.length && view.parent[index] !== view) index += 1;
      path.push(index);
      element = frame.activeElement ?? frame.documentElement;
    } else break;
  }
  if (!element) return "";
  const view = /** @type {Window & typeof globalThis} */ (element.ownerDocument.defaultView);
  const box = element.getBoundingClientRect();
  const selection = view.getSelection();
  const range = selection && selection.rangeCount > 0 && !selection.isCollapsed ? selection.getRangeAt(0) : null;
  const shown = range && !range.collapsed ? range.getBoundingClientRect() : box;
  const isWhole = element === element.ownerDocument.body || element === element.ownerDocument.documentElement;
  const within = (/** @type {number} */ value, /** @type {number} */ most) => Math.min(Math.max(value, 0), most);
  const x = within(isWhole && !range ? 0 : shown.left, view.innerWidth);
  const y = within(isWhole && !range ? 0 : shown.bottom, view.innerHeight);
  const event = new view.MouseEvent("contextmenu", {
    bubbles: true,
    cancelable: true,
    composed: true,
    clientX: x,
    clientY: y,
    view,
  });
  if (!element.dispatchEvent(event)) return "";
  const field = /** @type {any} */ (element);
  const isField = typeof field.selectionStart === "number";
  const link = element.closest("a[href], area[href]");
  const name = element.localName;
  const media = name === "img" ? "image" : name === "video" || name === "audio" ? name : "";
  const isEditable =
    ("selectionStart" in field && field.selectionStart !== null && !field.readOnly && !field.disabled) ||
    !!field.isContentEditable;
  return JSON.stringify({
    menu: view.location.href.slice(0, LONGEST * 10),
    path: path.join("."),
    selection: field.type === "password" ? "" : isField
      ? field.value.slice(field.selectionStart, Math.min(field.selectionEnd, field.selectionStart + LONGEST))
      : String(selection ?? "").slice(0, LONGEST),
    media,
    link: link ? /** @type {any} */ (link).href.slice(0, LONGEST * 10) : "",
    src: media ? String(field.currentSrc || field.src).slice(0, LONGEST * 10) : "",
    isEditable,
    x: left + x,
    y: top + y,
  });
})();
