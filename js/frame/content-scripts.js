// Puts an app's content scripts into a document, when it begins.

/**
 * @param {any[]} scripts in their order
 * @param {ReturnType<typeof createMoments>} moments of the document
 */
function injectContentScripts(scripts, moments) {
  const place = placeOfDocument();
  for (const script of scripts) {
    if (!isFor(script, place)) continue;
    for (const css of script.css) addStyleSheet(css);
    if (script.js.length > 0) moments.at(script.runAt, () => runContentScript(script));
  }
}

/** Adds a style sheet that no policy of the page keeps out, as it would an element. @param {string} css */
function addStyleSheet(css) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

/**
 * Files are run as one script, so that they see each other's constants and classes.
 * @param {{ name: string, js: string[] }} script
 */
function runContentScript({ name, js }) {
  try {
    // Indirect, so that it runs in the world's global scope.
    (0, eval)(js.join("\n;\n"));
  } catch (error) {
    console.error(`Content script “${name}”:`, error);
  }
}
