// Compiled by `npm run check`, never run: the public types hold for the code that apps write.
/// <reference path="../types/insula.d.ts" />

export async function uses() {
  const frame = document.createElement("controlledframe");
  frame.src = "https://example.com/";
  frame.addEventListener("loadabort", (event) => [event.code.toFixed(), event.loadAbortInfo.reason]);
  frame.onloadcommit = function (event) {
    this.stop();
    return event.loadInfo.url;
  };
  if (frame.canGoBack()) await frame.back();
  frame.setAudioMuted(!(await frame.isAudioMuted()));
  await frame.setZoomMode("per-view");
  await frame.setZoom((await frame.getZoom()) * 2);
  const picture: string = await frame.captureVisibleRegion({ format: "png" });
  const { numberOfMatches, selectionRect } = await frame.find("text", { matchCase: true });
  if (numberOfMatches && selectionRect.top > 0) frame.stopFinding("clear");
  await frame.insertCSS({ code: `body { background: url(${picture}) }` });
  // @ts-expect-error no such mode
  await frame.setZoomMode("per-tab");
  const title: string = await new ControlledFrame().executeScript({ code: "document.title" });

  const { readable, writable } = await new TCPSocket("example.com", 80, { noDelay: true }).opened;
  const reader = readable.getReader({ mode: "byob" });
  await writable.getWriter().write(new TextEncoder().encode(title));
  await reader.read(new Uint8Array(10));

  const mail = new TCPSocket("mail.example", 110, { secureTransport: "starttls", connectTimeout: 5000 });
  const { tls } = await mail.startTls({ alpnProtocols: ["pop3"], minVersion: "TLSv1.3" }).opened;
  if (tls?.authorized) tls.certificates.map(({ fingerprint }) => fingerprint.sha256);
  // @ts-expect-error no such version
  mail.startTls({ minVersion: "SSLv3" });

  const server = new TCPServerSocket("127.0.0.1", { localPort: 8080 });
  for await (const socket of (await server.opened).readable) await (await socket.opened).writable.close();
  const { writable: datagrams } = await new UDPSocket({ localAddress: "0.0.0.0" }).opened;
  await datagrams.getWriter().write({ data: new Uint8Array(1), remoteAddress: "192.0.2.1", remotePort: 53 });
  const { multicastController: groups } = await new UDPSocket({ localAddress: "::", multicastInterface: "eth0" }).opened;
  await groups?.joinGroup("ff02::fb", { interfaceName: "eth0" });
  groups?.joinedGroups.map((group) => (typeof group === "string" ? group : group.groupAddress));
  // @ts-expect-error only a socket has one
  new MulticastController();
  // @ts-expect-error data is needed
  await datagrams.getWriter().write({ remoteAddress: "192.0.2.1" });
  // @ts-expect-error an address is needed
  new TCPServerSocket();

  const { unrestrictedNetwork } = navigator;
  if ((await unrestrictedNetwork.request()) !== "granted") return;
  await unrestrictedNetwork.fetch("https://example.com/", { method: "POST", body: readable, duplex: "half" });
  await unrestrictedNetwork.fetch("https://example.com/", { timeout: 1000, unaCredentials: "app" });
  // @ts-expect-error no such jar
  await unrestrictedNetwork.fetch("https://example.com/", { unaCredentials: "include" });
  const chat = new UnrestrictedWebSocket("wss://example.com/", "chat", { headers: { Cookie: "a=1" } });
  chat.onmessage = function ({ data }) {
    if (this.readyState === UnrestrictedWebSocket.OPEN) this.send(data);
  };
  chat.addEventListener("error", ({ error }) => error.message);
  chat.addEventListener("close", ({ code, wasClean }) => wasClean && code.toFixed());
  // @ts-expect-error a header has a value
  new UnrestrictedWebSocket("wss://example.com/", [], { headers: { Cookie: 1 } });
  const { connection } = unrestrictedNetwork;
  connection.onchange = function () {
    return this.metered || this.saveData || (this.cellularGeneration === "4g" && this.downlinkMax.toFixed());
  };
  // @ts-expect-error nothing sets it
  connection.online = false;
  const [{ addresses, up }] = await unrestrictedNetwork.interfaces();
  if (up) addresses.map(({ address, prefixLength }) => `${address}/${prefixLength.toFixed()}`);
  unrestrictedNetwork.oninterfaceschange = ({ type }) => type;
  const { natMapped } = await unrestrictedNetwork.publicAddress({ stunServers: ["stun:stun.example"], family: "ipv6" });
  // @ts-expect-error a family is of IP
  if (natMapped) await unrestrictedNetwork.publicAddress({ family: "unix" });
  const [{ exchange, preference }] = await unrestrictedNetwork.resolve("example.com", { type: "MX" });
  const [[text]] = await unrestrictedNetwork.resolve("example.com", { type: "TXT", signal: AbortSignal.timeout(1000) });
  const [{ alpn, ech }] = await unrestrictedNetwork.resolve("example.com", { type: "HTTPS" });
  const [address] = await unrestrictedNetwork.resolve(preference > 1 && ech ? exchange : `${text}.${alpn?.[0] ?? ""}`);
  address.toLowerCase();
  // @ts-expect-error no such type
  await unrestrictedNetwork.resolve("example.com", { type: "ANY" });
  // @ts-expect-error only the runtime makes one
  new UnrestrictedNetwork();
  // @ts-expect-error no such state
  unrestrictedNetwork.state === "maybe";

  launchQueue.setConsumer(async ({ targetURL, files }) => {
    const file: File | undefined = await files[0]?.getFile();
    if ((await files[0]?.requestPermission({ mode: "readwrite" })) === "granted") {
      const writable = await files[0]?.createWritable({ keepExistingData: true, mode: "exclusive" });
      await writable?.write({ type: "write", position: 1, data: "text" });
    }
    // @ts-expect-error no such mode
    await files[0]?.queryPermission({ mode: "write" });
    await navigator.setAppBadge(file ? 1 : targetURL.length);
  });
  // @ts-expect-error a consumer is needed
  launchQueue.setConsumer();
}
