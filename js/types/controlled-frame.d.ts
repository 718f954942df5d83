// Controlled Frame: only in apps whose manifest has "controlled-frame" in its permissions_policy.

/** The code that executeScript runs, or the style sheet that insertCSS adds: exactly one of the two. */
interface InjectDetails {
  code?: string;
  /** A path in the app's own bundle. */
  file?: string;
  /** Chromium's: whether the documents inside get it as well. The result is that of the page itself. */
  allFrames?: boolean;
  /** Chromium's: whether those of them that are blank are meant, too. */
  matchAboutBlank?: boolean;
  /** Chromium's: when a script runs. Without, at once. */
  runAt?: ContentScriptRunAt;
}

/** Text, or files of the app's own bundle that have it: exactly one of the two. */
interface InjectionItems {
  code?: string;
  files?: Iterable<string>;
}

/** When a script runs: before the page's own, when the page is parsed, or when it has loaded (200 ms after at the latest). */
type ContentScriptRunAt =
  | "document-start"
  | "document-end"
  | "document-idle"
  | "document_start"
  | "document_end"
  | "document_idle";

/** Scripts and style sheets for the pages of a frame. Either spelling will do; of `matches` and `urlPatterns` one is needed. */
interface ContentScriptDetails {
  /** What they are replaced and removed by. */
  name: string;
  js?: InjectionItems;
  /** Is there when the page begins, and comes after the page's own style sheets. */
  css?: InjectionItems;
  /** `URLPattern`s, or what they are made of. */
  urlPatterns?: Iterable<unknown>;
  excludeURLPatterns?: Iterable<unknown>;
  /** Match patterns of WebExtensions: `https://*.example.com/*`, `<all_urls>`. A port may be named. */
  matches?: Iterable<string>;
  exclude_matches?: Iterable<string>;
  /** Globs of the whole URL: `*` stands for any characters, `?` for one. */
  include_globs?: Iterable<string>;
  exclude_globs?: Iterable<string>;
  /** Whether documents inside the page get them as well. */
  allFrames?: boolean;
  all_frames?: boolean;
  /** Whether blank documents (about:blank, about:srcdoc) get them whose maker is at such a URL. */
  matchAboutBlank?: boolean;
  match_about_blank?: boolean;
  /** Without, "document-idle". */
  runAt?: ContentScriptRunAt;
  run_at?: ContentScriptRunAt;
}

/** The window of an embedded page, which is in another process. */
interface ControlledFrameWindow {
  postMessage(message: any, targetOrigin: string, transfer?: Transferable[]): void;
  postMessage(message: any, options?: WindowPostMessageOptions): void;
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

/** What `sizechanged` tells. */
interface ControlledFrameSizeChange {
  readonly oldWidth: number;
  readonly oldHeight: number;
  readonly newWidth: number;
  readonly newHeight: number;
}

interface ControlledFrameSizeChangedEvent extends Event, ControlledFrameSizeChange {
  readonly sizeChange: ControlledFrameSizeChange;
}

interface ControlledFrameContentResizeEvent extends Event, ControlledFrameSizeChange {}

/** Tells one process of a frame from the next; it is not the system's number. */
interface ControlledFrameProcessEvent extends Event {
  readonly processId: number;
  readonly processID: number;
}

interface ControlledFrameExitEvent extends ControlledFrameProcessEvent {
  /**
   * "killed" by the app (`terminate()`), by Insula, or by somebody else on the machine; "oom" when it had used more memory
   * than a page may; "abnormal" when the system does not say.
   */
  readonly reason: "normal" | "abnormal" | "crashed" | "killed" | "oom";
}

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

/** What `consolemessage` tells. */
interface ControlledFrameConsoleMessage {
  /** -1 for `console.debug`, 0 for `log` and `info`, 1 for `warn`, 2 for `error` and what nobody catches. */
  readonly level: number;
  /** What was logged, joined by spaces; an object is "[object Object]". Of one message 65,536 characters are told. */
  readonly message: string;
  /** 0 where it is not known. */
  readonly line: number;
  /** The URL of the script. */
  readonly sourceId: string;
}

/** At most 1,000 messages, and about a million characters, in a second are told of each document. */
interface ControlledFrameConsoleMessageEvent extends Event, ControlledFrameConsoleMessage {
  readonly consoleMessage: ControlledFrameConsoleMessage;
}

/** A window that an embedded page opens. */
interface ControlledFrameNewWindow {
  /**
   * Shows it in another element, now or once that is in the document. The page and its opener reach each other.
   * @throws when the element is no controlled frame; the window is closed then
   */
  attach(frame: HTMLControlledFrameElement): void;
  /** Closes it. */
  discard(): void;
}

/** What `newwindow` tells. */
interface ControlledFrameNewWindowInfo {
  readonly targetUrl: string;
  /** 0 if the page says nothing of it. */
  readonly initialWidth: number;
  readonly initialHeight: number;
  readonly name: string;
  /** Where the window keeps its data: the opener's partition. */
  readonly partition: string;
  readonly windowId: number;
  readonly windowOpenDisposition: "new_foreground_tab" | "new_background_tab" | "new_window" | "new_popup";
  readonly window: ControlledFrameNewWindow;
}

/**
 * A listener attaches or discards the window at once, or calls `preventDefault()` and does it later. What nobody attaches
 * is closed. Its page is not loaded before.
 */
interface ControlledFrameNewWindowEvent extends Event, ControlledFrameNewWindowInfo {
  readonly newWindow: ControlledFrameNewWindowInfo;
}

/** What an embedded page wants. */
interface ControlledFramePermissionRequest {
  /**
   * Says yes. The app can allow only what it may itself: the user is asked where that is not decided.
   * @throws NotAllowedError when the app does not have the permission and cannot get it
   */
  allow(): void;
  deny(): void;
  /** The draft's name for `deny`. */
  cancel(): void;
  readonly url?: string;
  readonly origin?: string;
  readonly userGesture?: boolean;
  readonly lastUnlockedBySelf?: boolean;
  readonly requestMethod?: string;
}

/** What `permissionrequest` tells. */
interface ControlledFramePermissionRequestInfo {
  readonly permission:
    | "media"
    | "geolocation"
    | "notifications"
    | "pointerLock"
    | "download"
    | "fullscreen"
    | "clipboard";
  /** The page's URL, or that of a download. */
  readonly url?: string;
  /** The page's origin, for the full screen. */
  readonly origin?: string;
  /** For the pointer. */
  readonly userGesture?: boolean;
  readonly lastUnlockedBySelf?: boolean;
  /** For a download. */
  readonly requestMethod?: string;
  readonly request: ControlledFramePermissionRequest;
}

/**
 * A listener answers at once, or calls `preventDefault()` and answers later. What nobody allows is denied. What needs a
 * feature is denied without an event unless the manifest's `permissions_policy` lists the page's origin or `*` for it, or
 * lists the app itself and the element's `allow` hands it on.
 */
interface ControlledFramePermissionRequestEvent extends Event, ControlledFramePermissionRequestInfo {
  readonly permissionRequest: ControlledFramePermissionRequestInfo;
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
  /** "beforeunload" asks whether the page may be left: `ok` leaves it, as does no answer. */
  readonly messageType: "alert" | "confirm" | "prompt" | "beforeunload";
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
  /** The element got the size of its content (`autosize`). */
  sizechanged: ControlledFrameSizeChangedEvent;
  contentresize: ControlledFrameContentResizeEvent;
  idle: Event;
  active: Event;
  exit: ControlledFrameExitEvent;
  /** While somebody listens for it, the page is asked at intervals whether it answers; it is told within five seconds. */
  unresponsive: ControlledFrameProcessEvent;
  responsive: ControlledFrameProcessEvent;
  consolemessage: ControlledFrameConsoleMessageEvent;
  newwindow: ControlledFrameNewWindowEvent;
  permissionrequest: ControlledFramePermissionRequestEvent;
  /** The page closes itself. Nothing else happens. */
  close: Event;
  dialog: ControlledFrameDialogEvent;
}

/** What was found (see `find`). */
interface ControlledFrameFindResult {
  numberOfMatches: number;
  /** Which one is selected, from 1 upwards; 0 for none. */
  activeMatchOrdinal: number;
  /** In the frame's CSS pixels without zoom. */
  selectionRect: { left: number; top: number; width: number; height: number };
  canceled: boolean;
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
  /** Which features the frame hands on to its pages, as an iframe's `allow` does. */
  allow: string;
  /** Pages may fill the screen without a `permissionrequest`. */
  allowfullscreen: boolean;
  /** Whether content that is wider than the element is shown so much smaller that it fits. */
  allowscaling: boolean;
  /** Whether the app's page shows through where the embedded page has no background. */
  allowtransparency: boolean;
  /**
   * Whether the element gets the size of its content: the least width in which nothing overflows, and the height at this
   * width, within `minwidth`, `maxwidth`, `minheight` and `maxheight`. A length without an upper bound has its lower one;
   * one without either stays.
   */
  autosize: boolean;
  /**
   * Insula's own: frames of one site and partition share a process, and one with this attribute, when it gets its first
   * `src`, does not. A page that is busy or crashes takes the others in its process along.
   */
  ownprocess: boolean;
  /**
   * Insula's own: after how many milliseconds without the user's input the frame counts as idle; 0 for never, and no less
   * than 100. Setting it begins the time anew. The attribute is `idleinterval`, the events are `idle` and `active`.
   */
  idleInterval: number;
  maxheight: string;
  maxwidth: string;
  minheight: string;
  minwidth: string;

  /**
   * What messages to the embedded page go to, and the `source` of its `message` events at this window; null without a page.
   * A page answers by the `source` of the event that it gets. Messages are cloned, up to 8 MiB; blobs, ports and streams
   * cannot be sent. While 10,000 messages and scripts, or 64 MiB, wait for a page that does not answer, others are lost; so
   * are answers beyond 1,000 that the app has not taken.
   */
  readonly contentWindow: ControlledFrameWindow | null;

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
   * Adds scripts and style sheets to the pages that will be loaded, in the place of those of the same names: also before
   * there is a page, and they stay when the element is put elsewhere. They run in the same world as `executeScript`, apart
   * from the page's own. Rejects with a QuotaExceededError beyond 10,000 of them, or 16 MiB.
   */
  addContentScripts(contentScriptList: Iterable<ContentScriptDetails>): Promise<void>;
  /** @param scriptNameList their names; without any, all of them */
  removeContentScripts(scriptNameList?: Iterable<string> | null): Promise<void>;

  /**
   * Ends the process of the embedded page, also of one that hangs, and of the other frames in it (see `ownprocess`).
   * `exit` tells when it is gone, and the frame can load again.
   */
  terminate(): void;

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

  /**
   * Finds a text in the embedded page, as Chromium's element does: marks it wherever it is, and selects one, the next time the
   * next one. Resolves with how often it is there, which of them is selected, and where that lies in the frame; a callback is
   * told the same. `canceled` says that another search, or the page's end, came before the answer.
   */
  find(
    searchText: string,
    options?: { backward?: boolean; matchCase?: boolean } | null,
    callback?: ((result: ControlledFrameFindResult) => void) | null,
  ): Promise<ControlledFrameFindResult>;
  /** Finds nothing any more. @param action what becomes of what is selected; "activate" follows a link; "keep" without */
  stopFinding(action?: "clear" | "keep" | "activate"): void;

  /** Prints the page by the system's dialog, or without one where a policy says so; settles when that is done, or failed. */
  print(): Promise<void>;

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
  onsizechanged: ((this: HTMLControlledFrameElement, event: ControlledFrameSizeChangedEvent) => any) | null;
  oncontentresize: ((this: HTMLControlledFrameElement, event: ControlledFrameContentResizeEvent) => any) | null;
  onidle: ((this: HTMLControlledFrameElement, event: Event) => any) | null;
  onactive: ((this: HTMLControlledFrameElement, event: Event) => any) | null;
  onexit: ((this: HTMLControlledFrameElement, event: ControlledFrameExitEvent) => any) | null;
  onunresponsive: ((this: HTMLControlledFrameElement, event: ControlledFrameProcessEvent) => any) | null;
  onresponsive: ((this: HTMLControlledFrameElement, event: ControlledFrameProcessEvent) => any) | null;
  oncontentload: ((this: HTMLControlledFrameElement, event: Event) => any) | null;
  onloadstop: ((this: HTMLControlledFrameElement, event: Event) => any) | null;
  onloadabort: ((this: HTMLControlledFrameElement, event: ControlledFrameLoadAbortEvent) => any) | null;
  onconsolemessage: ((this: HTMLControlledFrameElement, event: ControlledFrameConsoleMessageEvent) => any) | null;
  onnewwindow: ((this: HTMLControlledFrameElement, event: ControlledFrameNewWindowEvent) => any) | null;
  onpermissionrequest:
    | ((this: HTMLControlledFrameElement, event: ControlledFramePermissionRequestEvent) => any)
    | null;
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

/** Insula's own: whether somebody uses the app, in any of its windows and in what it embeds. Only real input counts. */
interface AppActivity extends EventTarget {
  /** After how many milliseconds without input the app counts as idle; 0 for never, and no less than 100. */
  idleInterval: number;
  readonly idle: boolean;
  onidle: ((this: AppActivity, event: Event) => any) | null;
  onactive: ((this: AppActivity, event: Event) => any) | null;
}

declare var AppActivity: { prototype: AppActivity };

interface Navigator {
  readonly appActivity: AppActivity;
}

interface HTMLElementTagNameMap {
  controlledframe: HTMLControlledFrameElement;
}
