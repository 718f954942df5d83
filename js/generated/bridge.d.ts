// Generated from crates/bridge by `cargo xtask generate bridge`; do not edit.

/** What a page asks, and is answered. */
export interface Calls {
  /** Makes the frame. */
  "frame.create": { params: { partition: string, url?: string, ownProcess: boolean, size?: FrameSize, waits?: boolean, userAgent?: string, }, answer: Done };
  /** Goes to where the element's `src` says, as given. */
  "frame.navigate": { params: { url: string, }, answer: Done };
  /** Moves in the session history: how many entries, negative backwards; 0 reloads. */
  "frame.go": { params: { delta: number, }, answer: GoResult };
  /** Adds scripts and style sheets to the documents that will be loaded, in the place of those of the same names. */
  "frame.addContentScripts": { params: { scripts: Array<ContentScript>, }, answer: Done };
  /** Takes content scripts away, from the documents that will be loaded. */
  "frame.removeContentScripts": { params: { names?: Array<string>, }, answer: Done };
  /** Runs a script in the top document, once there is one. */
  "frame.executeScript": { params: { code: string, allFrames?: boolean, matchAboutBlank?: boolean, runAt?: RunAt, form?: ScriptForm, }, answer: ScriptResult };
  /** Adds a style sheet to the top document, once there is one. It goes with the document. */
  "frame.insertCSS": { params: { code: string, allFrames?: boolean, }, answer: Done };
  /** Removes data of the frame's partition; answered when it is gone. */
  "frame.clearData": { params: { since: number, types: Array<DataType>, }, answer: Done };
  /** Changes the app's items in the content's menu: these are all. */
  "frame.setContextMenu": { params: { items: Array<MenuItem>, }, answer: Done };
  /** Whether the frame makes sounds now. */
  "frame.getAudioState": { params: {}, answer: Truth };
  /** Whether the app has muted the frame. */
  "frame.isAudioMuted": { params: {}, answer: Truth };
  /** How much the app has zoomed the frame. */
  "frame.getZoom": { params: {}, answer: ZoomFactor };
  /** Zooms the frame; a `TypeError` where that is disabled. */
  "frame.setZoom": { params: { factor: number, isToldAnyway: boolean, }, answer: Done };
  /** Shows the window that another frame's page has opened, which has waited for it, in the frame: it has the window's number. */
  "frame.attach": { params: {}, answer: Done };
  /** What the frame's zoom is kept for. */
  "frame.getZoomMode": { params: {}, answer: ZoomModeResult };
  /** Changes what the frame's zoom is kept for. */
  "frame.setZoomMode": { params: { mode: ZoomMode, }, answer: Done };
  /** Looks for a text in the page: again, for the next place. */
  "frame.find": { params: { text: string, backward: boolean, matchCase: boolean, }, answer: FindResult };
  /** Makes a picture of what the frame shows. */
  "frame.captureVisibleRegion": { params: { format: ImageFormat, quality: number, }, answer: Capture };
  /** Prints the page, as the user says in a dialog, or as a policy does. */
  "frame.print": { params: {}, answer: Done };
  /** What the grant is. */
  "network.state": { params: {}, answer: NetworkStateResult };
  /** Asks the user for the grant. */
  "network.request": { params: {}, answer: NetworkStateResult };
  /** Gives the grant back. */
  "network.relinquish": { params: {}, answer: NetworkStateResult };
  /** Connects a TCP socket; the answer carries the page's descriptor. */
  "network.connect": { params: { host: string, port: number, options: SocketOptions, }, answer: ConnectResult };
  /** Secures a socket's connection; the answer carries another descriptor, in the place of the socket's. */
  "network.startTls": { params: { connection: ConnectionId, tls: TlsParams, }, answer: ConnectResult };
  /** Waits for connections. */
  "network.listen": { params: ListenParams, answer: ListenResult };
  /** Waits for the next connection of a listener; the answer carries the page's descriptor. */
  "network.accept": { params: { listener: ConnectionId, }, answer: ConnectResult };
  /** Opens a UDP socket; the answer carries the page's descriptor. */
  "network.udp": { params: UdpParams, answer: UdpResult };
  /** Has a bound UDP socket join a group. */
  "network.joinGroup": { params: GroupParams, answer: GroupResult };
  /** Has it leave one. */
  "network.leaveGroup": { params: GroupParams, answer: GroupResult };
  /** Begins the body of a request; the answer carries the descriptor to write it into. */
  "network.upload": { params: {}, answer: UploadResult };
  /** Fetches; the answer carries the body's descriptor when there is one. */
  "network.fetch": { params: FetchParams, answer: FetchAnswer };
  /** Makes a URL by which elements of the page load what is somewhere else. */
  "network.createMediaUrl": { params: { url: string, headers: Array<[string, string]>, }, answer: MediaUrlResult };
  /** Opens a WebSocket; the answer carries the page's descriptor. */
  "network.webSocket": { params: WebSocketParams, answer: WebSocketResult };
  /** How the device is connected; from now on the page is told of changes. */
  "network.watchInformation": { params: {}, answer: NetworkInformation };
  /** Lists this machine's network interfaces. Changes are told from then on. */
  "network.interfaces": { params: {}, answer: InterfacesResult };
  /** Asks STUN servers for this machine's public address. */
  "network.publicAddress": { params: PublicAddressParams, answer: PublicAddressResult };
  /** Looks up records of a name. */
  "network.resolve": { params: ResolveParams, answer: ResolveResult };
  /** The state of the permission with a name. */
  "permission.query": { params: { name: string, }, answer: PermissionStateResult };
  /** Gives the file with a number, as it is now. The page has made ready for it: it makes a chooser of files that accepts only the type in the answer, and opens it at the event of that name. That is answered with the file. */
  "launch.file": { params: { file: number, }, answer: LaunchedFileResult };
  /** Whether the file with a number may be written. */
  "launch.queryWriting": { params: { file: number, }, answer: PermissionStateResult };
  /** Has the user asked whether it may, unless that is decided. */
  "launch.requestWriting": { params: { file: number, }, answer: PermissionStateResult };
  /** Begins to write it. One end of a socket pair comes along, on which the page says what (see `runtime/src/writables/command.rs`). */
  "launch.write": { params: { file: number, keepExistingData: boolean, exclusive: boolean, }, answer: Done };
}

/** What a page tells. */
export interface Notes {
  /** The element is gone. */
  "frame.destroy": {};
  /** Loads the document again. */
  "frame.reload": {};
  /** Stops loading. */
  "frame.stop": {};
  /** Ends the process of the frame's page, also one that does not answer. The other frames in it lose theirs as well. */
  "frame.terminate": {};
  /** The app wants to know whether the frame's page answers. */
  "frame.watch": {};
  /** Mutes the frame, or lets it be heard again. Its pages do not learn of it. */
  "frame.setAudioMuted": { mute: boolean, };
  /** How the frame and its content fit each other. */
  "frame.setFit": Fit;
  /** After how many milliseconds without input the frame counts as idle; 0 for never. */
  "frame.setIdleInterval": { milliseconds: number, };
  /** Sends the top document a message, if it is of an origin (HTML, section "Posting messages"). */
  "frame.postMessage": { message: string, targetOrigin: string, };
  /** Which features the frame hands on to its pages. */
  "frame.setAllow": { allow: string, fullscreen: boolean, };
  /** What the app calls the frame, for those who cannot see it; empty for nothing. */
  "frame.setLabel": { label: string, };
  /** Looks for nothing any more. */
  "frame.stopFinding": { action: StopFindingAction, };
  /** Has its pages say that they are something else; the empty text, that they are what they are. Loads the page again. */
  "frame.setUserAgentOverride": { userAgent: string, };
  /** Gives the frame the keyboard. */
  "frame.focus": { direction: FocusDirection, };
  /** Takes the keyboard back for the app. */
  "frame.blur": {};
  /** After how many milliseconds without input the app counts as idle; 0 for never. */
  "stage.setIdleInterval": { milliseconds: number, };
  /** Where they lie. */
  "stage.layout": Layout;
  /** An animation frame begins. That is told of the four that follow a layout, by which the page's picture of the layout's moment has come. */
  "stage.animationFrame": {};
  /** A fetch or a socket is not wanted any more. */
  "network.abort": { request: RequestId, };
  /** Nobody is to load anything by a media URL any more. */
  "network.revokeMediaUrl": { url: string, };
  /** A connection or a listener is not wanted any more. */
  "network.close": { connection: ConnectionId, };
  /** Somebody listens to changes of the network interfaces. */
  "network.watchInterfaces": {};
  /** The badge that the app's icon is to have. */
  "badge.set": { count?: number, };
}

/** What a page is told. */
export interface Events {
  /** A document is asked for. */
  "frame.loadstart": { url: string, isTopLevel: boolean, };
  /** A document is shown. */
  "frame.loadcommit": { url: string, isTopLevel: boolean, };
  /** The top document is parsed. */
  "frame.contentload": {};
  /** The top document and everything in it has loaded, or nothing loads any more. */
  "frame.loadstop": {};
  /** A document could not be had. */
  "frame.loadabort": { url: string, isTopLevel: boolean, code: number, reason: string, };
  /** A server led a document's load elsewhere. */
  "frame.loadredirect": { oldUrl: string, newUrl: string, isTopLevel: boolean, };
  /** How far the load of the top document is. */
  "frame.loadprogress": { url: string, progress: number, };
  /** The frame became loud or silent. */
  "frame.audiostatechanged": { audible: boolean, };
  /** The frame's zoom changed. */
  "frame.zoomchange": { oldZoomFactor: number, newZoomFactor: number, };
  /** The size of the content has changed, within the bounds of `autosize`, in CSS pixels. */
  "frame.contentsize": { width: number, height: number, };
  /** Nobody has used the frame for as long as the app has set. */
  "frame.idle": {};
  /** Somebody uses it again. */
  "frame.active": {};
  /** The process of the frame's page has ended. */
  "frame.exit": { processId: number, reason: ExitReason, };
  /** The frame's page does not answer. */
  "frame.unresponsive": { processId: number, };
  /** The frame's page answers again. */
  "frame.responsive": { processId: number, };
  /** A document in the frame wrote to its console. */
  "frame.consolemessage": { level: number, message: string, line: number, sourceId: string, };
  /** The page closes itself. It stays until the app removes it. */
  "frame.close": {};
  /** A menu of the content's is opened. */
  "frame.contextMenuShow": {};
  /** One of the app's items in it was chosen. */
  "frame.contextMenuClick": { menuItemId: string, editable: boolean, frameId: number, frameUrl?: string, linkUrl?: string, mediaType?: MediaType, pageUrl: string, selectionText?: string, srcUrl?: string, };
  /** The session history changed. */
  "frame.history": { canGoBack: boolean, canGoForward: boolean, };
  /** The user clicked into the frame. */
  "frame.focused": {};
  /** Tab left the frame. */
  "frame.leave": { direction: FocusDirection, };
  /** The frame was ended; the error answers what was asked of it, and what is asked now. */
  "frame.ended": DomError;
  /** Whether nobody has used the app for as long as it has set. */
  "stage.idle": { idle: boolean, };
  /** The app's view is no longer transparent but white, whatever the page's colour scheme. */
  "stage.opaque": {};
  /** The user zoomed the app: how many of the screen's pixels one of the page's is, for each that it is without. */
  "stage.zoom": { zoom: number, };
  /** The page has been painted anew, for whatever reason. */
  "stage.painted": {};
  /** A layout that has a number holds in all that is seen from now on. */
  "stage.applied": { layout: number, };
  /** The grant is this now. */
  "network.statechange": { state: NetworkState, };
  /** A connection has ended: nothing more is to be read. Comes once more when what could still be written then is over as well. */
  "network.ended": { connection: ConnectionId, error?: DomError, over: boolean, };
  /** The device is connected like this now, or may be. */
  "network.informationchange": NetworkInformation;
  /** The network interfaces are others than before. */
  "network.interfaceschange": {};
  /** Some permission changed: what `permission.query` answered may be so no more. */
  "permission.change": {};
  /** The app was started, for a page of it or for files. */
  "launch.params": { targetUrl: string, files: Array<LaunchedFile>, };
}

/** What a page is asked, and answers later. */
export interface Questions {
  /** A document in the frame shows a dialog, and its scripts wait for it (Controlled Frame, event `dialog`). */
  "frame.dialog": { params: { messageType: DialogType, messageText: string, defaultPromptText: string, url: string, }, answer: DialogAnswer };
  /** The frame's page has answered the app's messages. It is not asked for more of them before these have been taken. */
  "frame.messages": { params: { messages: string, origin: string, }, answer: Received };
  /** A document in the frame wants something that the app may allow (Controlled Frame, event `permissionrequest`). */
  "frame.permissionrequest": { params: { permission: FramePermission, url?: string, origin?: string, userGesture?: boolean, lastUnlockedBySelf?: boolean, requestMethod?: string, lacks?: string, }, answer: PermissionAnswer };
  /** A document in the frame opens a window (Controlled Frame, event `newwindow`). The window waits until it is answered. */
  "frame.newwindow": { params: { targetUrl: string, initialWidth: number, initialHeight: number, name: string, partition: string, windowId: number, windowOpenDisposition: WindowOpenDisposition, }, answer: NewWindowAnswer };
}

export type AddressFamily = "ipv4" | "ipv6";

export type AddressScope = "global" | "site" | "link" | "host" | "other";

export type Capture = { url: string, };

export type CellularGeneration = "2g" | "3g" | "4g" | "5g";

export type CertificateResult = { der: string, sha256: string, };

export type Clip = { x: number, y: number, width: number, height: number, radii: [number, number, number, number], };

export type Color = [number, number, number, number];

export type ConnectResult = { connection: ConnectionId, remoteAddress: string, remotePort: number, localAddress: string, localPort: number, tls: TlsResult | null, };

export type ConnectionId = number;

export type ConnectionType = "bluetooth" | "cellular" | "ethernet" | "none" | "other" | "unknown" | "wifi" | "wimax";

export type Connectivity = "none" | "portal" | "limited" | "full" | "unknown";

export type ContentScript = { name: string, matches: Array<MatchPattern>, excludeMatches: Array<MatchPattern>, includeGlobs: Array<string>, excludeGlobs: Array<string>, urlPatterns: Array<UrlPattern>, excludeUrlPatterns: Array<UrlPattern>, allFrames: boolean, matchAboutBlank: boolean, runAt: RunAt, js: Array<string>, css: Array<string>, };

export type Credentials = "omit" | "app";

export type DataType = "appcache" | "cache" | "cookies" | "fileSystems" | "indexedDB" | "localStorage" | "persistentCookies" | "sessionCookies" | "webSQL";

export type DialogAnswer = { "action": "ok", text: string, } | { "action": "cancel" } | { "action": "unhandled" };

export type DialogType = "alert" | "confirm" | "prompt" | "beforeunload";

export type DomError = { name: DomErrorName, message: string, };

export type DomErrorName = "TypeError" | "AbortError" | "DataError" | "InvalidAccessError" | "InvalidStateError" | "NetworkError" | "NoModificationAllowedError" | "NotAllowedError" | "NotFoundError" | "NotSupportedError" | "OperationError" | "QuotaExceededError" | "SecurityError" | "TimeoutError" | "UnknownError";

export type Done = Record<symbol, never>;

export type ExitReason = "normal" | "abnormal" | "crashed" | "killed" | "oom";

export type FetchAgain = { url: string, method: string, headers: Array<[string, string]>, progress: FetchProgress, };

export type FetchAnswer = FetchResult | { again: FetchAgain, };

export type FetchParams = { request: RequestId, url: string, method: string, headers: Array<[string, string]>, redirect?: Redirect, credentials?: Credentials, timeout?: number, upload?: UploadId, uploadLength?: number, progress?: FetchProgress, };

export type FetchProgress = { redirects: number, retries: number, spent: number, };

export type FetchResult = { url: string, redirected: boolean, status: number, statusText: string, headers: Array<[string, string]>, } & ({ "body": "null" } | { "body": "empty" } | { "body": "stream", connection: ConnectionId, });

export type FindResult = { numberOfMatches: number, activeMatchOrdinal: number, selectionRect: SelectionRect, canceled: boolean, };

export type Fit = { autosize?: SizeBounds, scaling: boolean, transparent: boolean, };

export type FocusDirection = "here" | "forward" | "backward";

export type FrameId = number;

export type FrameLayout = { frame: FrameId, x: number, y: number, width: number, height: number, scale: number, zoom: number, transform?: Transform, clip: Clip, visible: boolean, above: boolean, opacity: number, backdrop: Color, through: Color, occluders: Array<Rect>, tints: Array<Tint>, overlays: Array<Clip>, };

export type FramePermission = "media" | "geolocation" | "notifications" | "pointerLock" | "download" | "fullscreen" | "clipboard";

export type FrameSize = { width: number, height: number, zoom: number, };

export type GoResult = { navigated: boolean, };

export type GroupParams = { connection: ConnectionId, groupAddress: string, sourceAddress?: string, interfaceName?: string, };

export type GroupResult = { groupAddress: string, sourceAddress: string | null, interfaceName: string | null, };

export type HttpsResult = { priority: number, target: string, alpn: Array<string> | null, noDefaultAlpn: boolean, port: number | null, ipv4hint: Array<string> | null, ipv6hint: Array<string> | null, ech: string | null, };

export type ImageFormat = "jpeg" | "png";

export type InterfaceAddressResult = { address: string, family: AddressFamily, prefixLength: number, scope: AddressScope, addressSpace: IpAddressSpace | null, };

export type InterfaceResult = { name: string, type: InterfaceType, up: boolean, loopback: boolean, addresses: Array<InterfaceAddressResult>, };

export type InterfaceType = "loopback" | "ethernet" | "wifi" | "cellular" | "bluetooth" | "tunnel" | "virtual" | "other";

export type InterfacesResult = { interfaces: Array<InterfaceResult>, };

export type IpAddressSpace = "public" | "local" | "loopback";

export type LaunchedFile = { file: number, name: string, };

export type LaunchedFileResult = { mediaType: string, event: string, };

export type Layout = { number?: number, canvas?: Color, frames: Array<FrameLayout>, };

export type ListenParams = { address: string, port?: number, backlog?: number, ipv6Only?: boolean, };

export type ListenResult = { listener: ConnectionId, localAddress: string, localPort: number, };

export type MatchPattern = { scheme: string, host: string, subdomains: boolean, port: string, path: string, };

export type MediaType = "image" | "video" | "audio";

export type MediaUrlResult = { url: string, };

export type MenuContext = "all" | "page" | "frame" | "selection" | "link" | "editable" | "image" | "video" | "audio";

export type MenuItem = { id: string, type: MenuItemType, title: string, contexts: Array<MenuContext>, documentUrlPatterns: Array<MenuUrlPattern>, targetUrlPatterns: Array<MenuUrlPattern>, enabled: boolean, checked: boolean, parentId?: string, };

export type MenuItemType = "normal" | "checkbox" | "radio" | "separator";

export type MenuUrlPattern = { "match": string } | { "components": UrlComponents };

export type NetworkInformation = { online: boolean, type: ConnectionType, downlinkMax: number | null, saveData: boolean, metered: boolean, connectivity: Connectivity, cellularGeneration: CellularGeneration | null, };

export type NetworkState = "unavailable" | "prompt" | "granted" | "denied";

export type NetworkStateResult = { state: NetworkState, };

export type NewWindowAnswer = { "action": "attach" } | { "action": "discard" };

export type PermissionAnswer = { "action": "allow" } | { "action": "deny" };

export type PermissionState = "granted" | "denied" | "prompt";

export type PermissionStateResult = { state: PermissionState, };

export type PublicAddressParams = { stunServers: Array<string>, family?: AddressFamily, request?: RequestId, };

export type PublicAddressResult = { address: string, port: number, family: AddressFamily, natMapped: boolean, server: string, };

export type Received = Record<symbol, never>;

export type RecordResult = string | Array<string> | { preference: number, exchange: string, } | { priority: number, weight: number, port: number, target: string, } | { critical: boolean, tag: string, value: string, } | { mname: string, rname: string, serial: number, refresh: number, retry: number, expire: number, minimum: number, } | HttpsResult;

export type RecordType = "A" | "AAAA" | "CAA" | "CNAME" | "HTTPS" | "MX" | "NS" | "PTR" | "SOA" | "SRV" | "TXT";

export type Rect = [number, number, number, number];

export type Redirect = "follow" | "error" | "manual";

export type RequestId = number;

export type ResolveParams = { name: string, type: RecordType, request?: RequestId, };

export type ResolveResult = { records: Array<RecordResult>, };

export type RunAt = "document_start" | "document_end" | "document_idle";

export type ScriptForm = "structured" | "plain";

export type ScriptResult = { value: unknown, };

export type SelectionRect = { left: number, top: number, width: number, height: number, };

export type SizeBounds = { minWidth: number, minHeight: number, maxWidth: number, maxHeight: number, };

export type SocketOptions = { noDelay?: boolean, keepAliveDelay?: number, sendBufferSize?: number, receiveBufferSize?: number, dnsQueryType?: string, connectTimeout?: number, localAddress?: string, tls?: TlsParams, request?: RequestId, };

export type StopFindingAction = "clear" | "keep" | "activate";

export type Tint = { clip: Clip, color: Color, };

export type TlsParams = { serverName?: string, alpnProtocols?: Array<string>, minVersion?: TlsVersion, pinnedSha256?: Array<string>, };

export type TlsResult = { version: TlsVersion, cipherSuite: string, alpnProtocol: string | null, serverName: string, certificates: Array<CertificateResult>, authorized: boolean, };

export type TlsVersion = "TLSv1.2" | "TLSv1.3";

export type Transform = { matrix: [number, number, number, number, number, number], width: number, height: number, shape: Clip, };

export type Truth = { value: boolean, };

export type UdpParams = { remoteAddress?: string, remotePort?: number, localAddress?: string, localPort?: number, sendBufferSize?: number, receiveBufferSize?: number, dnsQueryType?: string, ipv6Only?: boolean, multicastTimeToLive?: number, multicastLoopback?: boolean, multicastAllowAddressSharing?: boolean, multicastInterface?: string, };

export type UdpResult = { connection: ConnectionId, remoteAddress: string | null, remotePort: number | null, localAddress: string, localPort: number, };

export type UploadId = number;

export type UploadResult = { upload: UploadId, };

export type UrlComponents = { protocol: string, username: string, password: string, hostname: string, port: string, pathname: string, search: string, hash: string, };

export type UrlPattern = { protocol: string, username: string, password: string, hostname: string, port: string, pathname: string, search: string, hash: string, };

export type WebSocketParams = { request: RequestId, url: string, protocols: Array<string>, headers: Array<[string, string]>, tls?: TlsParams, };

export type WebSocketResult = { connection: ConnectionId, protocol: string, };

export type WindowOpenDisposition = "new_foreground_tab" | "new_background_tab" | "new_window" | "new_popup";

export type ZoomFactor = { factor: number, };

export type ZoomMode = "per-origin" | "per-view" | "disabled";

export type ZoomModeResult = { mode: ZoomMode, };
