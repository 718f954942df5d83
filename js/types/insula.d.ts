// What Insula adds to the web platform, for developers of apps. Use it with
//   /// <reference path="insula.d.ts" />
// or list it under "files" in tsconfig.json, beside the "DOM" library.

/// <reference path="controlled-frame.d.ts" />
/// <reference path="context-menus.d.ts" />
/// <reference path="sockets.d.ts" />

// ---------------------------------------------------------------------------------------------
// Unrestricted network access: only in the top frame of an app, and in its dedicated workers.

/** "unavailable": the app is not installed, or its policy or the administrator's rules it out. */
type UnrestrictedNetworkState = "unavailable" | "prompt" | "granted" | "denied";

/**
 * As of `fetch`, with these differences: any header may be set through `headers` (a Request object has
 * lost those that Fetch forbids), but for those that frame the message or manage the connection. They are
 * left out, as with `fetch`: Connection, Content-Length, Expect, Host, HTTP2-Settings, Keep-Alive, Proxy-*,
 * Sec-WebSocket-*, TE, Trailer, Transfer-Encoding, Upgrade. `mode`, `credentials`, `cache`, `priority`,
 * `referrer`, `referrerPolicy` and `keepalive` are checked and mean nothing.
 */
interface UnrestrictedNetworkRequestInit extends Omit<RequestInit, "body"> {
  body?: BodyInit | null;
  /** Required when the body is a stream. */
  duplex?: "half";
  /**
   * Milliseconds, 0 for none: from the call to the head of the final response, and after that the longest silence of its
   * body while somebody waits for it. Whoever waits longer gets a TimeoutError, as of `AbortSignal.timeout()`. The time in
   * which the user is asked does not count.
   */
  timeout?: number;
  /**
   * "app": with the cookies that servers have set for this app, in a jar that no frame, no other app and no browser has part
   * in; without it, or with "omit", none are sent and none are kept. A `Cookie` header of the request's own stands in their
   * place.
   */
  unaCredentials?: UnrestrictedNetworkCredentials;
}

interface MediaURLInit {
  /** Sent with each request, as of `fetch()`; `Range` and `Accept` are the element's own. */
  headers?: HeadersInit;
}
type UnrestrictedNetworkCredentials = "omit" | "app";

interface UnrestrictedNetwork extends EventTarget {
  /** "prompt" or "unavailable" in the first moments of a document; `statechange` tells the rest. */
  readonly state: UnrestrictedNetworkState;
  /**
   * Asks the user. Rejects with NotAllowedError without a click or key press of the user's before. While
   * the question is open, other calls wait for the same answer.
   */
  request(): Promise<UnrestrictedNetworkState>;
  /**
   * Gives the grant back: everything open ends, and the user is asked again when the app asks. Without the grant it does
   * nothing. Rejects with NotAllowedError where the organisation has granted it.
   */
  relinquish(): Promise<void>;
  /**
   * A URL for `<audio>`, `<video>`, `<img>` and `<track>` of this document, by which they load what is at another, past CORS, the
   * server's policies and mixed content; with seeking, and at the pace of the element. It is a URL of no server: `fetch()`, frames,
   * scripts and other documents get nothing by it. It lasts until `revokeMediaURL()`, the document's end, or the end of the grant.
   * A page reads what it has loaded so (canvas, Web Audio) where the element has `crossOrigin = "anonymous"`; in an app on https
   * also without.
   * Rejects with NotAllowedError without the grant, TypeError for what is no http or https URL or, with its headers, longer than
   * 64 KiB, and QuotaExceededError when all URLs of the app are longer than 16 MiB. What goes wrong later is an error of the
   * element.
   */
  createMediaURL(url: string | URL, init?: MediaURLInit): Promise<string>;
  /** Nothing is loaded by the URL any more; what is being loaded goes on. */
  revokeMediaURL(url: string): void;
  /**
   * Fetches from any server, past CORS and the page's Content Security Policy. The response shows
   * every header (`headers.getSetCookie()` too), and its body is streamed with back-pressure. `url`,
   * `redirected` and `headers` are members of the Response itself, not of its prototype.
   * data: and blob: URLs are fetched by the engine, under the page's Content Security Policy.
   * What goes wrong on the way rejects with a TypeError, as with `fetch`; its `cause` is a NetworkError
   * that says what. A refusal is a NotAllowedError or an InvalidAccessError.
   */
  fetch(input: RequestInfo | URL, init?: UnrestrictedNetworkRequestInit): Promise<Response>;
  /** How the device is connected. Nothing is asked of the system until this is read. */
  readonly connection: UnrestrictedNetworkConnection;
  onstatechange: ((this: UnrestrictedNetwork, event: Event) => any) | null;
  /**
   * The network interfaces of this device, with its addresses. Rejects with NotAllowedError without the grant, and with
   * NetworkError where the system does not tell.
   */
  interfaces(): Promise<NetworkInterface[]>;
  /** `interfaceschange`: `interfaces()` has another answer than before. Comes only while there is the grant. */
  oninterfaceschange: ((this: UnrestrictedNetwork, event: Event) => any) | null;
  /**
   * The address under which this device is seen from outside, as the first server says that answers, each asked for three
   * seconds. Rejects with NotAllowedError without the grant, InvalidAccessError for a server in the local network or on
   * this device that the app may not reach, TypeError for what is no server (of 16 at the most), NotFoundError without any,
   * QuotaExceededError when the app asks more often than every ten seconds, and NetworkError, which names each server and
   * what it failed with. A server that would be reached through a proxy is not asked.
   */
  publicAddress(options?: PublicAddressOptions): Promise<PublicAddress>;
  /**
   * What the Domain Name System has of a name: at least one record of the type that is asked for, "A" without one. An answer
   * for A and AAAA is what sockets use. For PTR an address does as well. Names in answers are in ASCII and end with a dot.
   *
   * Rejects with NotAllowedError without the grant, InvalidAccessError for a name of the local network or of this device that
   * the app may not reach, TypeError for what is no name or no type, NotFoundError where there is no such name or nothing of
   * this type, NotSupportedError for other types than A and AAAA of names under .local, and NetworkError, which names the
   * server, where that fails, or has not answered in ten seconds.
   */
  resolve(name: string, options?: ResolveOptions & { type?: "A" | "AAAA" | "CNAME" | "NS" | "PTR" }): Promise<string[]>;
  resolve(name: string, options: ResolveOptions & { type: "CAA" }): Promise<CAARecord[]>;
  resolve(name: string, options: ResolveOptions & { type: "HTTPS" }): Promise<HTTPSRecord[]>;
  resolve(name: string, options: ResolveOptions & { type: "MX" }): Promise<MXRecord[]>;
  resolve(name: string, options: ResolveOptions & { type: "SOA" }): Promise<SOARecord[]>;
  resolve(name: string, options: ResolveOptions & { type: "SRV" }): Promise<SRVRecord[]>;
  /** The strings of each record. What of them is not UTF-8 is replaced by U+FFFD. */
  resolve(name: string, options: ResolveOptions & { type: "TXT" }): Promise<string[][]>;
}

type DnsRecordType = "A" | "AAAA" | "CAA" | "CNAME" | "HTTPS" | "MX" | "NS" | "PTR" | "SOA" | "SRV" | "TXT";

interface ResolveOptions {
  type?: DnsRecordType;
  /** Gives up: rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** Who may certify a name (RFC 8659). */
interface CAARecord {
  /** Whether an authority that does not know the tag may not certify. */
  critical: boolean;
  /** Such as "issue". */
  tag: string;
  /** What of it is not UTF-8 is replaced by U+FFFD. */
  value: string;
}

/** How an origin of https is reached (RFC 9460 §9). What the record does not say is not there. */
interface HTTPSRecord {
  /** The lowest is tried first; 0 where the target stands for the name. */
  priority: number;
  /** A host; "." for the name itself. */
  target: string;
  /** Whether HTTP/1.1 is not offered unless `alpn` names it. */
  noDefaultAlpn: boolean;
  /** Protocols, as TLS names them. */
  alpn?: string[];
  port?: number;
  /** Addresses to begin with. */
  ipv4hint?: string[];
  /** Addresses to begin with. */
  ipv6hint?: string[];
  /** `ECHConfigList`. */
  ech?: Uint8Array<ArrayBuffer>;
}

interface MXRecord {
  /** The lowest is tried first. */
  preference: number;
  /** A host; "." where the name takes no mail. */
  exchange: string;
}

/** The start of a zone (RFC 1035 §3.3.13). Times are in seconds. */
interface SOARecord {
  /** The zone's first name server. */
  mname: string;
  /** The mailbox of who is responsible, with a dot for the @. */
  rname: string;
  /** The zone's version. */
  serial: number;
  /** After how long other servers look for a new version. */
  refresh: number;
  /** After how long they do so again when that failed. */
  retry: number;
  /** After how long without one they answer no more. */
  expire: number;
  /** How long the answer that there is nothing counts. */
  minimum: number;
}

/** Where a service is (RFC 2782). */
interface SRVRecord {
  /** The lowest is tried first. */
  priority: number;
  /** How often it is chosen among those of one priority, in relation to them. */
  weight: number;
  port: number;
  /** A host; "." where there is no such service. */
  target: string;
}

type IPAddressFamily = "ipv4" | "ipv6";

interface NetworkInterface {
  /** The system's name for it, such as "eth0". */
  name: string;
  /** "tunnel" also stands for a VPN; "virtual" is what the system makes by itself, such as bridges. */
  type: "loopback" | "ethernet" | "wifi" | "cellular" | "bluetooth" | "tunnel" | "virtual" | "other";
  /** Whether it is switched on and connected. */
  up: boolean;
  /** Whether it leads back to this device. */
  loopback: boolean;
  /** Whether what it carries costs money by volume; not there where nobody knows, which is everywhere at present. */
  metered?: boolean;
  addresses: NetworkInterfaceAddress[];
}

interface NetworkInterfaceAddress {
  /** As a literal, without a zone. */
  address: string;
  family: IPAddressFamily;
  /** How many bits of it are those of the network. */
  prefixLength: number;
  /** Where it means something, as the system has it: everywhere, at this site, on this link, on this device. */
  scope: "global" | "site" | "link" | "host" | "other";
  /**
   * What Local Network Access calls its range; null if nothing can be connected to in that. For whoever connects to it from
   * this device every address of it is "loopback".
   */
  addressSpace: "public" | "local" | "loopback" | null;
}

interface PublicAddressOptions {
  /** Asked in this order: "stun:host" or "stun:host:port", over UDP. No server is asked that is not named here. */
  stunServers?: string[];
  /** Asks by addresses of this family alone. */
  family?: IPAddressFamily;
  /** Gives up: rejects with the signal's reason. */
  signal?: AbortSignal;
}

interface PublicAddress {
  address: string;
  port: number;
  family: IPAddressFamily;
  /** Whether something on the way (NAT) has changed address or port. */
  natMapped: boolean;
  /** The server that said so, as "stun:host:port". */
  server: string;
}

declare var UnrestrictedNetwork: { prototype: UnrestrictedNetwork };

interface UnrestrictedWebSocketOptions {
  /**
   * What the handshake's request has besides: any header that `unrestrictedNetwork.fetch()` sends, `Origin`, `Cookie`,
   * `Authorization` and `User-Agent` among them. No `Origin` is sent without it.
   */
  headers?: HeadersInit;
  /** Aborts opening it, and the open one: both end with an error event, whose `error` is the signal's reason. */
  signal?: AbortSignal;
  /** How it is secured; only for URLs of wss. Without `alpnProtocols` it offers "http/1.1". */
  tls?: TlsOptions;
}

interface UnrestrictedWebSocketEventMap {
  open: Event;
  message: MessageEvent;
  /**
   * `error` is what failed: a NetworkError that says what (the server's status, a certificate, a message that is too long),
   * a NotAllowedError or an InvalidAccessError for a refusal. `close` follows, with the code 1006.
   */
  error: ErrorEvent;
  close: CloseEvent;
}

/**
 * As `WebSocket`, with headers of its own, and past the page's Content Security Policy. It can be given to libraries that take
 * a WebSocket class. Redirects are not followed, no extensions are offered, no cookies are sent but those in `headers`, and a
 * message of more than 64 MiB from the server closes it (1009). The constructor throws NotAllowedError without the grant.
 */
interface UnrestrictedWebSocket extends EventTarget {
  readonly url: string;
  readonly readyState: number;
  /** Bytes that were sent and are not on the network yet. */
  readonly bufferedAmount: number;
  readonly extensions: string;
  readonly protocol: string;
  binaryType: BinaryType;
  onopen: ((this: UnrestrictedWebSocket, event: Event) => any) | null;
  onmessage: ((this: UnrestrictedWebSocket, event: MessageEvent) => any) | null;
  onerror: ((this: UnrestrictedWebSocket, event: ErrorEvent) => any) | null;
  onclose: ((this: UnrestrictedWebSocket, event: CloseEvent) => any) | null;
  send(data: string | BufferSource | Blob): void;
  close(code?: number, reason?: string): void;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSING: 2;
  readonly CLOSED: 3;
  addEventListener<Type extends keyof UnrestrictedWebSocketEventMap>(
    type: Type,
    listener: (this: UnrestrictedWebSocket, event: UnrestrictedWebSocketEventMap[Type]) => any,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

declare var UnrestrictedWebSocket: {
  prototype: UnrestrictedWebSocket;
  new (url: string | URL, protocols?: string | string[], options?: UnrestrictedWebSocketOptions): UnrestrictedWebSocket;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSING: 2;
  readonly CLOSED: 3;
};

/**
 * As the Network Information API has it, with `online`, `metered`, `connectivity` and `cellularGeneration` besides, and without
 * its estimates (`effectiveType`, `downlink`, `rtt`). Without the grant, and in the first moments after `connection` was read,
 * it says what is known when nothing is: online, "unknown", Infinity, false, null.
 */
interface UnrestrictedNetworkConnection extends EventTarget {
  /** Whether there is a network, also one that does not lead to the Internet. */
  readonly online: boolean;
  /** What the connection is made by; of a VPN, what it goes through. "none" when there is no network. */
  readonly type: "bluetooth" | "cellular" | "ethernet" | "none" | "other" | "unknown" | "wifi" | "wimax";
  /** The speed of the link in Mbit/s: of a cable's as it was negotiated, 0 without a network, otherwise Infinity. */
  readonly downlinkMax: number;
  /** Whether transferring less is wished for: the policy `DataSaverEnabled`. */
  readonly saveData: boolean;
  /** Whether what is transferred may cost something or is limited, by what the user has said of the network or else a guess. */
  readonly metered: boolean;
  /** "portal": a page wants something of the user before the network leads anywhere. */
  readonly connectivity: "none" | "portal" | "limited" | "full" | "unknown";
  /** null where it is not a mobile network, or nobody knows. */
  readonly cellularGeneration: "2g" | "3g" | "4g" | "5g" | null;
  /** Comes after each change of a member. The last one is that the grant has gone. */
  onchange: ((this: UnrestrictedNetworkConnection, event: Event) => any) | null;
}

declare var UnrestrictedNetworkConnection: { prototype: UnrestrictedNetworkConnection };

interface Navigator {
  readonly unrestrictedNetwork: UnrestrictedNetwork;
}

interface WorkerNavigator {
  /** The user is asked from the document. */
  readonly unrestrictedNetwork: Omit<UnrestrictedNetwork, "request">;
}

// ---------------------------------------------------------------------------------------------
// Web App Launch Handler API: https://wicg.github.io/web-app-launch/ and File Handling. Only in the top frame of an app.

/** What the app was started for. */
interface LaunchParams {
  /** The page of the app that is for it. The window is there, unless `client_mode` is "focus-existing". */
  readonly targetURL: string;
  /**
   * The files that the user has opened with the app. Each `getFile()` gives the file as it is then; `createWritable()`
   * saves it, once the user has allowed that for the file.
   */
  readonly files: readonly FileSystemFileHandle[];
}

// File System Access: https://wicg.github.io/file-system-access/, as far as TypeScript's own types lack it.

type FileSystemPermissionMode = "read" | "readwrite";

interface FileSystemHandlePermissionDescriptor {
  /** "read" without. */
  mode?: FileSystemPermissionMode;
}

interface FileSystemHandle {
  /** Whether the file may be read, which it may, or written. */
  queryPermission(descriptor?: FileSystemHandlePermissionDescriptor): Promise<PermissionState>;
  /** Asks the user whether the app may save the file, after a click or a key; without one it rejects with SecurityError. */
  requestPermission(descriptor?: FileSystemHandlePermissionDescriptor): Promise<PermissionState>;
}

interface FileSystemCreateWritableOptions {
  /** "exclusive": nobody else writes the file meanwhile, or it rejects with NoModificationAllowedError. */
  mode?: "exclusive" | "siloed";
}

declare var LaunchParams: { prototype: LaunchParams };

interface LaunchQueue {
  /** Has the function called with each start: with those of before at once. */
  setConsumer(consumer: (params: LaunchParams) => any): void;
}

declare var LaunchQueue: { prototype: LaunchQueue };

interface Window {
  readonly launchQueue: LaunchQueue;
}

declare var launchQueue: LaunchQueue;
