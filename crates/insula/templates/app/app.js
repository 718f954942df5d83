// @ts-check

const form = /** @type {HTMLFormElement} */ (document.getElementById("address"));
const answer = /** @type {HTMLPreElement} */ (document.getElementById("answer"));

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const url = String(new FormData(form).get("url"));
  answer.textContent = "…";
  try {
    answer.textContent = await read(url);
  } catch (error) {
    answer.textContent = String(error);
  }
});

/**
 * The text at a URL, from any server. The user is asked the first time.
 * @param {string} url
 */
async function read(url) {
  const network = navigator.unrestrictedNetwork;
  if (network.state === "prompt") await network.request();
  const response = await network.fetch(url);
  return response.text();
}

document.documentElement.dataset.ready = "true";
