// @ts-check
/**
 * Whether the app gets Chromium's answers where the specification has others (docs/chromium.md lists them). It is decided
 * for the whole app, and known before its first script.
 */

let chromium = false;

export const isChromium = () => chromium;

/** @param {boolean} isChosen */
export function setChromium(isChosen) {
  chromium = isChosen;
}
