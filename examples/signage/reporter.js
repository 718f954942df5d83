// Tells the server how the screen is: at every change, and every minute that it is still there.

const HEARTBEAT = 60_000;

export class Reporter {
  /** @type {string | undefined} */
  #url;
  #sending = false;
  /** What is to be said next: only the newest counts. @type {string | undefined} */
  #next;
  /** @type {() => object} */
  #status;

  /** @param {() => object} status what is said */
  constructor(status) {
    this.#status = status;
    setInterval(() => this.send(), HEARTBEAT);
  }

  /** @param {string | undefined} url where to; without, nowhere */
  set url(url) {
    if (url === this.#url) return;
    this.#url = url;
    this.send();
  }

  send() {
    if (!this.#url) return;
    this.#next = JSON.stringify(this.#status());
    if (!this.#sending) this.#post(this.#url);
  }

  /** @param {string} url */
  async #post(url) {
    this.#sending = true;
    while (this.#next) {
      const body = this.#next;
      this.#next = undefined;
      try {
        const headers = { "Content-Type": "application/json" };
        const signal = AbortSignal.timeout(10_000);
        await navigator.unrestrictedNetwork.fetch(url, { method: "POST", headers, body, signal });
      } catch {
        // The screen shows its pages without a server, too. The next heartbeat says the same.
      }
    }
    this.#sending = false;
  }
}
