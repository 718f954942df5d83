// What Insula adds to the web platform, for developers of apps. Use it with
//   /// <reference path="insula.d.ts" />
// or list it under "files" in tsconfig.json, beside the "DOM" library.

// ---------------------------------------------------------------------------------------------
// Controlled Frame: only in apps whose manifest has "controlled-frame" in its permissions_policy.

/** The code that executeScript runs, or the style sheet that insertCSS adds: exactly one of the two. */
interface InjectDetails {
  code?: string;
  /** A path in the app's own bundle. */
  file?: string;
}

/** What `loadstart` and `loadcommit` tell. */
interface ControlledFrameLoadInfo {
  readonly url: string;
  /** Whether it is the embedded page itself rather than a frame inside it. */
  readonly isTopLevel: boolean;
}

/** What `loadabort` tells. */
interface ControlledFrameLoadAbortInfo extends ControlledFrameLoadInfo {
  /** A negative number as Chromium has it, for example -3 for ERR_ABORTED. */
  readonly code: number;
  /** The name of the code, for example "ERR_NAME_NOT_RESOLVED". */
  readonly reason: string;
}

/** What `loadredirect` tells. */
interface ControlledFrameLoadRedirectInfo {
  readonly oldUrl: string;
  readonly newUrl: string;
  readonly isTopLevel: boolean;
}

/** The fields are on the event, and in `loadInfo` as in the community draft. */
interface ControlledFrameLoadEvent extends Event, ControlledFrameLoadInfo {
  readonly loadInfo: ControlledFrameLoadInfo;
}

interface ControlledFrameLoadAbortEvent extends Event, ControlledFrameLoadAbortInfo {
  readonly loadAbortInfo: ControlledFrameLoadAbortInfo;
}

interface ControlledFrameLoadRedirectEvent extends Event, ControlledFrameLoadRedirectInfo {
  readonly loadRedirectInfo: ControlledFrameLoadRedirectInfo;
}

interface ControlledFrameLoadProgressEvent extends Event {
  readonly url: string;
  /** From 0 to 1. */
  readonly progress: number;
}

/** The frame became loud or silent. Muting it changes nothing of that. */
interface ControlledFrameAudioStateChangedEvent extends Event {
  readonly audible: boolean;
}

/** What `zoomchange` tells. */
interface ControlledFrameZoomChange {
  readonly oldZoomFactor: number;
  readonly newZoomFactor: number;
}

interface ControlledFrameZoomChangeEvent extends Event, ControlledFrameZoomChange {
  readonly zoomChange: ControlledFrameZoomChange;
}

/**
 * What a frame's zoom is kept for: its origin, which all frames of the partition share; the frame, whatever it shows; or
 * nothing, and the frame is not zoomed.
 */
type ControlledFrameZoomMode = "per-origin" | "per-view" | "disabled";

/** What `clearData` removes. */
interface ControlledFrameDataTypeSet {
  /** What was loaded, the Cache API, and service workers. */
  cache?: boolean;
  cookies?: boolean;
  /** Cookies that have no end. */
  sessionCookies?: boolean;
  /** Cookies that have one. */
  persistentCookies?: boolean;
  indexedDB?: boolean;
  /** And `sessionStorage`. */
  localStorage?: boolean;
  /** Content has none. */
  fileSystems?: boolean;
  /** There is no such thing any more. */
  appcache?: boolean;
  /** There is no such thing any more. */
  webSQL?: boolean;
}

/** `alert`, `confirm` and `prompt` of an embedded page, whose scripts wait for the answer. */
interface ControlledFrameDialog {
  /** @param text what a prompt gives; an empty text without */
  ok(text?: string): void;
  /** The draft's name for `ok`. */
  okay(text?: string): void;
  cancel(): void;
}

/** What `dialog` tells. */
interface ControlledFrameDialogInfo {
  readonly messageType: "alert" | "confirm" | "prompt";
  readonly messageText: string;
  readonly defaultPromptText: string;
  /** The URL of the frame's page. */
  readonly url: string;
  readonly dialog: ControlledFrameDialog;
}

/**
 * A listener answers at once, or calls `preventDefault()` and answers later. Otherwise the user is asked by Insula, as in
 * a browser's window.
 */
interface ControlledFrameDialogEvent extends Event, ControlledFrameDialogInfo {
  readonly dialogMessage: ControlledFrameDialogInfo;
}

type ControlledFrameContextType =
  | "all" | "page" | "frame" | "selection" | "link" | "editable" | "image" | "video" | "audio";

/** Match patterns of WebExtensions, `URLPattern`s, or what those are made of. */
type ControlledFrameUrlPatterns = string | object | Iterable<string | object>;

/** What an item of a menu is. Of two spellings the one with `URL`, or in the plural, counts. */
interface ContextMenusProperties {
  checked?: boolean;
  /** Where it is shown: on the page, if nothing is said. */
  contexts?: Iterable<ControlledFrameContextType>;
  /** The first draft's name for `contexts`. */
  context?: Iterable<ControlledFrameContextType>;
  documentURLPatterns?: ControlledFrameUrlPatterns;
  documentUrlPatterns?: ControlledFrameUrlPatterns;
  enabled?: boolean;
  parentId?: string | number;
  targetURLPatterns?: ControlledFrameUrlPatterns;
  targetUrlPatterns?: ControlledFrameUrlPatterns;
  /** `%s` stands for the selected text. 1,000 characters at the most, of which 75 are seen. */
  title?: string;
  type?: "normal" | "checkbox" | "radio" | "separator";
  onclick?: ((data: ContextMenusClickEvent) => any) | null;
}

interface ContextMenusCreateProperties extends ContextMenusProperties {
  id?: string | number;
}

/** What an item was chosen on: a field has the names of both drafts. */
interface ContextMenusClickEvent extends Event {
  readonly menuItem: {
    readonly id: string;
    readonly parentMenuId?: string;
    readonly checked?: boolean;
    readonly wasChecked?: boolean;
  };
  readonly menuItemId: string;
  readonly parentMenuId?: string;
  readonly checked?: boolean;
  readonly wasChecked?: boolean;
  readonly editable: boolean;
  /** 0 for the frame's page; another number for each document inside it. */
  readonly frameId: number;
  readonly frameURL?: string;
  readonly frameUrl?: string;
  readonly linkURL?: string;
  readonly linkUrl?: string;
  readonly mediaType?: "image" | "video" | "audio";
  readonly pageURL: string;
  readonly pageUrl: string;
  readonly selectionText?: string;
  readonly srcURL?: string;
  readonly srcUrl?: string;
}

/**
 * The app's items in the menu of a frame's content: 1,000 at the most, ten menus deep. They belong to the element, and each
 * page that it shows has them.
 */
interface ContextMenus extends EventTarget {
  /** Answers the item's id when it has `context` or `onclick`, no `id`, or a callback; else a promise. */
  create(properties: ContextMenusCreateProperties, callback?: (() => any) | null): string | Promise<void>;
  /** Changes what is given, and leaves the rest. */
  update(
    id: string | number,
    properties: ContextMenusProperties,
    callback?: (() => any) | null,
  ): Promise<void>;
  remove(menuItemId: string | number, callback?: (() => any) | null): Promise<void>;
  removeAll(callback?: (() => any) | null): Promise<void>;
  /** The menu is opened. */
  onshow: ((this: ContextMenus, event: Event) => any) | null;
  onShow: ((this: ContextMenus, event: Event) => any) | null;
  onclick: ((this: ContextMenus, event: ContextMenusClickEvent) => any) | null;
}

declare var ContextMenus: { prototype: ContextMenus };

interface ControlledFrameEventMap {
  loadstart: ControlledFrameLoadEvent;
  loadcommit: ControlledFrameLoadEvent;
  loadredirect: ControlledFrameLoadRedirectEvent;
  loadprogress: ControlledFrameLoadProgressEvent;
  contentload: Event;
  loadstop: Event;
  loadabort: ControlledFrameLoadAbortEvent;
  audiostatechanged: ControlledFrameAudioStateChangedEvent;
  zoomchange: ControlledFrameZoomChangeEvent;
  dialog: ControlledFrameDialogEvent;
}

/**
 * `<controlledframe>`: embeds any site in a top-level browsing context of its own.
 *
 * The embedded page lies under the app's page, which is cut open where the frame is. In front of something that cannot
 * be cut, such as a background picture, the frame is drawn above the page instead: README.md, "Limits", says what that
 * changes.
 *
 * Without a width and a height it is as large as what it is in, as in Chromium.
 */
interface HTMLControlledFrameElement extends HTMLElement {
  /** An absolute https URL (http where the host is this machine). Follows the navigations inside. */
  src: string;
  /**
   * Where cookies and storage are kept: in memory until the app ends, or on disk when it starts with
   * "persist:". Setting it after the first load throws NotSupportedError.
   */
  partition: string;
  name: string;
  allowfullscreen: boolean;
  allowscaling: boolean;
  allowtransparency: boolean;
  autosize: boolean;
  /**
   * Insula's own: frames of one site and partition share a process, and one with this attribute, when it gets its first
   * `src`, does not. A page that is busy or crashes takes the others in its process along.
   */
  ownprocess: boolean;
  maxheight: string;
  maxwidth: string;
  minheight: string;
  minwidth: string;

  readonly contextMenus: ContextMenus;

  /** Resolves with whether there was an entry to go to. */
  back(): Promise<boolean>;
  forward(): Promise<boolean>;
  /** @param relativeIndex 0 or absent reloads */
  go(relativeIndex?: number): Promise<boolean>;
  canGoBack(): boolean;
  canGoForward(): boolean;
  reload(): void;
  stop(): void;

  /**
   * Runs a script in the embedded page and resolves with its value; a promise is awaited. Rejects with what the
   * script throws, and with an OperationError when another document comes before the script has ended. During the
   * first load it waits for the document.
   *
   * Values are cloned: everything of the language that the structured clone algorithm takes, ImageData, and the
   * interfaces of Geometry Interfaces (DOMRect, …). Others, blobs too, reject with a DataCloneError. Each script has
   * its own top-level `let`, `const` and `class`; what `var` and `function` declare is there for the next one.
   */
  executeScript(details?: InjectDetails): Promise<any>;
  /** Adds a style sheet to the embedded page, as if it were the page's own, until another document comes. */
  insertCSS(details?: InjectDetails): Promise<void>;

  /**
   * Removes data of the frame's partition, in all of its frames, and resolves when it is gone. Rejects when no type is
   * named, and with a TypeError when one is that there is not.
   * @param options only what is from `since` or later, in milliseconds since 1970. Of what pages keep that is all of each
   *   site that was shown since then; what was loaded goes whatever its age.
   */
  clearData(options?: { since?: number | Date }, types?: ControlledFrameDataTypeSet): Promise<void>;

  /** Resolves with whether the frame makes sounds now, muted or not. */
  getAudioState(): Promise<boolean>;
  isAudioMuted(): Promise<boolean>;
  /** The embedded page does not learn of it. Throws a TypeError without a frame. */
  setAudioMuted(mute: boolean): void;

  /** Resolves with how large a CSS pixel is, of what it is without zoom. What the user zooms comes on top. */
  getZoom(): Promise<number>;
  /** @param zoomFactor above 0; what is shown is from 0.25 to 5. Rejects while the mode is "disabled" */
  setZoom(zoomFactor: number): Promise<void>;
  getZoomMode(): Promise<ControlledFrameZoomMode>;
  setZoomMode(mode: ControlledFrameZoomMode): Promise<void>;

  /**
   * Resolves with a picture of what the frame shows, as a `data:` URL, with as many pixels as the screen has for it.
   * @param options JPEG with the quality 100 if nothing else is said; PNG has no quality
   */
  captureVisibleRegion(options?: { format?: "jpeg" | "png"; quality?: number }): Promise<string>;

  /** Opens the system's dialog for printing. Throws a TypeError without a frame. */
  print(): void;

  getUserAgent(): string;
  isUserAgentOverridden(): boolean;
  /** Has the embedded page say that it is something else, and loads it again. @param userAgent the empty text restores it */
  setUserAgentOverride(userAgent: string): boolean;
  /** Taken, and nothing: the engine sends no client hints. */
  setClientHintsUABrandEnabled(isEnabled: boolean): void;

  onloadcommit: ((this: HTMLControlledFrameElement, event: ControlledFrameLoadEvent) => any) | null;
  onloadredirect: ((this: HTMLControlledFrameElement, event: ControlledFrameLoadRedirectEvent) => any) | null;
  onloadprogress: ((this: HTMLControlledFrameElement, event: ControlledFrameLoadProgressEvent) => any) | null;
  onaudiostatechanged:
    | ((this: HTMLControlledFrameElement, event: ControlledFrameAudioStateChangedEvent) => any)
    | null;
  onzoomchange: ((this: HTMLControlledFrameElement, event: ControlledFrameZoomChangeEvent) => any) | null;
  oncontentload: ((this: HTMLControlledFrameElement, event: Event) => any) | null;
  onloadstop: ((this: HTMLControlledFrameElement, event: Event) => any) | null;
  onloadabort: ((this: HTMLControlledFrameElement, event: ControlledFrameLoadAbortEvent) => any) | null;
  ondialog: ((this: HTMLControlledFrameElement, event: ControlledFrameDialogEvent) => any) | null;

  addEventListener<Type extends keyof ControlledFrameEventMap>(
    type: Type,
    listener: (this: HTMLControlledFrameElement, event: ControlledFrameEventMap[Type]) => any,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

declare var HTMLControlledFrameElement: {
  prototype: HTMLControlledFrameElement;
  new (): HTMLControlledFrameElement;
};

/** The name of an older draft for the same interface. */
declare var ControlledFrame: typeof HTMLControlledFrameElement;

interface HTMLElementTagNameMap {
  controlledframe: HTMLControlledFrameElement;
}

// ---------------------------------------------------------------------------------------------
// Direct Sockets: https://wicg.github.io/direct-sockets/
// Only in documents, not in workers, to which a page can transfer the chunks that it reads.

interface TCPSocketOptions {
  sendBufferSize?: number;
  receiveBufferSize?: number;
  noDelay?: boolean;
  /** Milliseconds, no less than 1,000. */
  keepAliveDelay?: number;
  dnsQueryType?: "ipv4" | "ipv6";
}

interface TCPSocketOpenInfo {
  /** A byte stream: `getReader({ mode: "byob" })` works. Nothing is read ahead. */
  readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** A write is done when the system has taken every byte. Closing it ends one half of the connection. */
  writable: WritableStream<BufferSource>;
  remoteAddress: string;
  remotePort: number;
  localAddress: string;
  localPort: number;
}

/**
 * A TCP connection. The constructor throws NotAllowedError unless the manifest's permissions_policy
 * has "direct-sockets" or the user has granted unrestricted network access.
 */
declare class TCPSocket {
  constructor(remoteAddress: string, remotePort: number, options?: TCPSocketOptions);
  readonly opened: Promise<TCPSocketOpenInfo>;
  /** Settles when both halves are over; rejects with the first error of either. */
  readonly closed: Promise<undefined>;
  /** Rejects with InvalidStateError while a stream is locked or the socket is not open. */
  close(): Promise<undefined>;
}

// ---------------------------------------------------------------------------------------------
// Unrestricted network access: only in the top frame of an app, and not in its workers.

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
}

interface UnrestrictedNetwork extends EventTarget {
  /** "prompt" or "unavailable" in the first moments of a document; `statechange` tells the rest. */
  readonly state: UnrestrictedNetworkState;
  /**
   * Asks the user. Rejects with NotAllowedError without a click or key press of the user's before. While
   * the question is open, other calls wait for the same answer.
   */
  request(): Promise<UnrestrictedNetworkState>;
  /**
   * Fetches from any server, past CORS and the page's Content Security Policy. The response shows
   * every header (`headers.getSetCookie()` too), and its body is streamed with back-pressure. `url`,
   * `redirected` and `headers` are members of the Response itself, not of its prototype.
   * data: and blob: URLs are fetched by the engine, under the page's Content Security Policy.
   * What goes wrong on the way rejects with a TypeError, as with `fetch`; its `cause` is a NetworkError
   * that says what. A refusal is a NotAllowedError or an InvalidAccessError.
   */
  fetch(input: RequestInfo | URL, init?: UnrestrictedNetworkRequestInit): Promise<Response>;
  onstatechange: ((this: UnrestrictedNetwork, event: Event) => any) | null;
}

declare var UnrestrictedNetwork: { prototype: UnrestrictedNetwork };

interface Navigator {
  readonly unrestrictedNetwork: UnrestrictedNetwork;
}
