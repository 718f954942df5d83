// Small things about the page.

/** @param {string} id */
export function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/**
 * Makes an element. What is a string becomes text, never markup.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, string>} attributes
 * @param {(Node | string)[]} content
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function make(name, attributes = {}, ...content) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...content);
  return made;
}

/**
 * Shows a picture of another server in an image, which has its place from the start.
 * @param {HTMLImageElement} image
 * @param {string | null} url
 */
export async function showPicture(image, url) {
  image.removeAttribute("src");
  image.hidden = !url;
  if (!url) return;
  const media = await navigator.unrestrictedNetwork.createMediaURL(url).catch(() => null);
  if (!media) return;
  const done = () => navigator.unrestrictedNetwork.revokeMediaURL(media);
  image.addEventListener("load", done, { once: true });
  image.addEventListener("error", done, { once: true });
  image.src = media;
}
