// What is kept on this device: subscriptions, how far episodes were heard, and those that are there without a network.

/** @typedef {import("./feed.js").Feed & { url: string, fetched: number }} Subscription */

/** @type {Promise<IDBDatabase>} */
const opened = new Promise((resolve, reject) => {
  const request = indexedDB.open("podcasts", 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("subscriptions", { keyPath: "url" });
    request.result.createObjectStore("positions");
    request.result.createObjectStore("parts", { keyPath: ["id", "index"] });
    request.result.createObjectStore("kept", { keyPath: "id" });
  };
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/**
 * @template T
 * @param {string} store
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>} work
 * @returns {Promise<T>}
 */
async function run(store, mode, work) {
  const database = await opened;
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(store, mode);
    const request = work(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

/** @returns {Promise<Subscription[]>} */
export const subscriptions = () => run("subscriptions", "readonly", (store) => store.getAll());

/** @param {Subscription} subscription */
export const putSubscription = (subscription) => run("subscriptions", "readwrite", (store) => store.put(subscription));

/** @param {string} url */
export const deleteSubscription = (url) => run("subscriptions", "readwrite", (store) => store.delete(url));

/** @param {string} id @returns {Promise<number | undefined>} In seconds. */
export const position = (id) => run("positions", "readonly", (store) => store.get(id));

/** @param {string} id @param {number} seconds */
export const putPosition = (id, seconds) => run("positions", "readwrite", (store) => store.put(seconds, id));

/** @param {string} id @param {number} index @param {Uint8Array<ArrayBuffer>} bytes */
export const putPart = (id, index, bytes) =>
  run("parts", "readwrite", (store) => store.put({ id, index, bytes }));

/** @param {string} id */
const partsOf = (id) => IDBKeyRange.bound([id, 0], [id, Infinity]);

/** @param {string} id @param {number} index @returns {Promise<{ bytes: Uint8Array<ArrayBuffer> } | undefined>} */
export const part = (id, index) => run("parts", "readonly", (store) => store.get([id, index]));

/** @param {string} id */
export const deleteParts = (id) => run("parts", "readwrite", (store) => store.delete(partsOf(id)));

/** @param {{ id: string, type: string }} episode */
export const putKept = (episode) => run("kept", "readwrite", (store) => store.put(episode));

/** @param {string} id @returns {Promise<{ id: string, type: string } | undefined>} */
export const kept = (id) => run("kept", "readonly", (store) => store.get(id));

/** @returns {Promise<IDBValidKey[]>} */
export const keptIds = () => run("kept", "readonly", (store) => store.getAllKeys());

/** @param {string} id */
export const deleteKept = (id) => run("kept", "readwrite", (store) => store.delete(id));
