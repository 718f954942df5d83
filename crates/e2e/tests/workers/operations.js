// What the workers of the tests can be told to do. A classic script and a module both load it.
const connect = async (port, options) => {
  const socket = new TCPSocket("127.0.0.1", port, options);
  return { socket, ...(await socket.opened) };
};
const pattern = (length) => Uint8Array.from({ length }, (_, at) => at % 251);
const kept = [];
const ended = [];
const note = (promise) => promise.then(() => ended.push("done"), (error) => ended.push(error.name));
const thrown = (promise) => promise.then(() => "nothing", (error) => `${error.name}: ${error.message}`);

const operations = {
  /** Everything comes back whole after the writing half was closed, into buffers of the worker's own. */
  async echo(port) {
    const { socket, readable, writable } = await connect(port);
    const sent = pattern(3_000_000);
    const writer = writable.getWriter();
    const written = writer.write(sent).then(() => writer.close());
    const reader = readable.getReader({ mode: "byob" });
    let length = 0;
    let isSame = true;
    let buffer = new ArrayBuffer(100_000);
    for (;;) {
      const { value, done } = await reader.read(new Uint8Array(buffer));
      if (done) break;
      for (const byte of value) isSame &&= byte === sent[length++];
      buffer = value.buffer;
    }
    await Promise.all([written, socket.closed]);
    return [length, isSame];
  },

  async refused(port) {
    return thrown(new TCPSocket("127.0.0.1", port).opened);
  },

  /** A conversation of small messages. */
  async talk(port) {
    const { readable, writable } = await connect(port, { noDelay: true });
    const [reader, writer] = [readable.getReader(), writable.getWriter()];
    let text = "";
    for (const word of ["one", "two", "three"]) {
      await writer.write(new TextEncoder().encode(word));
      text += new TextDecoder().decode((await reader.read()).value);
    }
    await reader.cancel();
    await writer.close();
    return text;
  },

  async fetch(url) {
    const body = new Blob(["from a worker"]).stream();
    const response = await navigator.unrestrictedNetwork.fetch(url, { method: "POST", body, duplex: "half" });
    const late = navigator.unrestrictedNetwork.fetch(new URL("/silent", url), { signal: AbortSignal.timeout(100) });
    return [await response.text(), response.headers.getSetCookie(), (await thrown(late)).split(":")[0]];
  },

  async udp(port) {
    const { readable, writable } = await new UDPSocket({ remoteAddress: "127.0.0.1", remotePort: port }).opened;
    const [reader, writer] = [readable.getReader(), writable.getWriter()];
    const sizes = [];
    for (const size of [0, 3, 65_507]) await writer.write({ data: new Uint8Array(size) });
    for (let i = 0; i < 3; i++) sizes.push((await reader.read()).value.data.length);
    return sizes;
  },

  /** Answers one connection with what it says. */
  async serve() {
    const { readable, localPort } = await new TCPServerSocket("127.0.0.1").opened;
    (async () => {
      const { value } = await readable.getReader().read();
      const accepted = await value.opened;
      await accepted.readable.pipeTo(accepted.writable);
    })();
    return localPort;
  },

  /** Opens what stays open, and reads nothing but the beginning. */
  async hold(port) {
    const connection = await connect(port);
    kept.push(connection);
    note(connection.socket.closed);
    await connection.readable.getReader().read();
  },

  /** Writes to a server that reads nothing; says how many bytes are done with. */
  async flood(port) {
    const { socket, writable } = await connect(port);
    note(socket.closed);
    const writer = writable.getWriter();
    let written = 0;
    (async () => {
      for (;;) {
        await writer.write(new Uint8Array(65_536));
        written += 65_536;
      }
    })().catch(() => {});
    operations.written = () => written;
  },

  ended: () => ended,
  written: () => 0,
  async interfaces() {
    const names = (await navigator.unrestrictedNetwork.interfaces()).map(({ name }) => name);
    return [names.includes("lo"), navigator.unrestrictedNetwork.connection.online];
  },
  async permission(name) {
    return (await navigator.permissions.query({ name })).state;
  },
  busy() {
    for (;;);
  },
  close: () => close(),

  /** Has a worker of this worker's do it. */
  nested: (...what) =>
    new Promise((resolve, reject) => {
      const policy = (globalThis.policy ??= trustedTypes.createPolicy("nested", { createScriptURL: (url) => url }));
      const worker = new Worker(policy.createScriptURL("classic.js#inner"), { name: "inner" });
      kept.push(worker);
      worker.onmessage = ({ data }) => resolve(data[1]);
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage([1, ...what]);
    }),
};

onmessage = async ({ data: [number, name, ...args] }) => {
  try {
    postMessage([number, await operations[name](...args)]);
  } catch (error) {
    postMessage([number, `${error}`]);
  }
};
globalThis.operations = operations;
