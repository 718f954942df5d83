// What Unrestricted Network Access adds to pages of apps, in Web IDL (https://webidl.spec.whatwg.org/).
// js/types/insula.d.ts and sockets.d.ts say what each member does, and which errors it has; docs/network.md what an app finds.
// Every interface here is held against the engine by crates/e2e/tests/webidl.rs.

// The grant, and what comes with it.

partial interface Navigator {
  [SecureContext, SameObject] readonly attribute UnrestrictedNetwork unrestrictedNetwork;
};

partial interface WorkerNavigator {
  [SecureContext, SameObject] readonly attribute UnrestrictedNetwork unrestrictedNetwork;
};

enum UnrestrictedNetworkState { "unavailable", "prompt", "granted", "denied" };

[SecureContext, Exposed=(Window,DedicatedWorker)]
interface UnrestrictedNetwork : EventTarget {
  readonly attribute UnrestrictedNetworkState state;
  attribute EventHandler onstatechange;
  [Exposed=Window] Promise<UnrestrictedNetworkState> request();
  Promise<undefined> relinquish();

  Promise<Response> fetch(RequestInfo input, optional UnrestrictedNetworkRequestInit init = {});

  [Exposed=Window] Promise<USVString> createMediaURL(USVString url, optional MediaURLInit init = {});
  [Exposed=Window] undefined revokeMediaURL(USVString url);

  Promise<sequence<any>> resolve(DOMString name, optional ResolveOptions options = {});
  Promise<sequence<NetworkInterface>> interfaces();
  attribute EventHandler oninterfaceschange;
  Promise<PublicAddress> publicAddress(optional PublicAddressOptions options = {});

  [SameObject] readonly attribute UnrestrictedNetworkConnection connection;
};

enum UnrestrictedNetworkCredentials { "omit", "app" };

dictionary UnrestrictedNetworkRequestInit : RequestInit {
  UnrestrictedNetworkCredentials unaCredentials = "omit";
  [EnforceRange] unsigned long timeout = 0;
};

dictionary MediaURLInit {
  HeadersInit headers;
};

enum DnsRecordType { "A", "AAAA", "CAA", "CNAME", "HTTPS", "MX", "NS", "PTR", "SOA", "SRV", "TXT" };

dictionary ResolveOptions {
  AbortSignal signal;
  DnsRecordType type = "A";
};

// What resolve() has for each record: a string for A, AAAA, CNAME, NS and PTR, a sequence of strings for TXT, and these.

dictionary CAARecord {
  required boolean critical;
  required DOMString tag;
  required DOMString value;
};

dictionary HTTPSRecord {
  required unsigned short priority;
  required DOMString target;
  required boolean noDefaultAlpn;
  sequence<DOMString> alpn;
  unsigned short port;
  sequence<DOMString> ipv4hint;
  sequence<DOMString> ipv6hint;
  Uint8Array ech;
};

dictionary MXRecord {
  required unsigned short preference;
  required DOMString exchange;
};

dictionary SOARecord {
  required DOMString mname;
  required DOMString rname;
  required unsigned long serial;
  required long refresh;
  required long retry;
  required long expire;
  required unsigned long minimum;
};

dictionary SRVRecord {
  required unsigned short priority;
  required unsigned short weight;
  required unsigned short port;
  required DOMString target;
};

enum IPAddressFamily { "ipv4", "ipv6" };

dictionary NetworkInterface {
  required DOMString name;
  required NetworkInterfaceType type;
  required boolean up;
  required boolean loopback;
  boolean metered;
  required sequence<NetworkInterfaceAddress> addresses;
};

enum NetworkInterfaceType {
  "loopback", "ethernet", "wifi", "cellular", "bluetooth", "tunnel", "virtual", "other"
};

dictionary NetworkInterfaceAddress {
  required DOMString address;
  required IPAddressFamily family;
  required octet prefixLength;
  required NetworkInterfaceAddressScope scope;
  required IPAddressSpace? addressSpace;
};

enum NetworkInterfaceAddressScope { "global", "site", "link", "host", "other" };

enum IPAddressSpace { "public", "local", "loopback" };

dictionary PublicAddressOptions {
  IPAddressFamily family;
  AbortSignal signal;
  sequence<USVString> stunServers;
};

dictionary PublicAddress {
  required DOMString address;
  required unsigned short port;
  required IPAddressFamily family;
  required boolean natMapped;
  required USVString server;
};

[SecureContext, Exposed=(Window,DedicatedWorker)]
interface UnrestrictedNetworkConnection : EventTarget {
  readonly attribute boolean online;
  readonly attribute ConnectionType type;
  readonly attribute unrestricted double downlinkMax;
  readonly attribute boolean saveData;
  readonly attribute boolean metered;
  readonly attribute ConnectivityState connectivity;
  readonly attribute CellularGeneration? cellularGeneration;
  attribute EventHandler onchange;
};

enum ConnectionType { "bluetooth", "cellular", "ethernet", "none", "other", "unknown", "wifi", "wimax" };

enum ConnectivityState { "none", "portal", "limited", "full", "unknown" };

enum CellularGeneration { "2g", "3g", "4g", "5g" };

// Sockets: Direct Sockets (https://wicg.github.io/direct-sockets/), with optional members besides.

[SecureContext, Exposed=(Window,DedicatedWorker)]
interface TCPSocket {
  constructor(DOMString remoteAddress, [EnforceRange] unsigned short remotePort, optional TCPSocketOptions options = {});
  readonly attribute Promise<TCPSocketOpenInfo> opened;
  readonly attribute Promise<undefined> closed;
  Promise<undefined> close();
  readonly attribute SecureTransport secureTransport;
  readonly attribute boolean upgraded;
  TCPSocket startTls(optional TlsOptions options = {});
};

enum SocketDnsQueryType { "ipv4", "ipv6" };

enum SecureTransport { "off", "on", "starttls" };

dictionary TCPSocketOptions {
  [EnforceRange] unsigned long sendBufferSize;
  [EnforceRange] unsigned long receiveBufferSize;
  boolean noDelay = false;
  [EnforceRange] unsigned long keepAliveDelay;
  SocketDnsQueryType dnsQueryType;
  SecureTransport secureTransport = "off";
  TlsOptions tls;
  AbortSignal signal;
  [EnforceRange] unsigned long connectTimeout;
  DOMString localAddress;
};

enum TlsVersion { "TLSv1.2", "TLSv1.3" };

dictionary TlsOptions {
  USVString serverName;
  sequence<DOMString> alpnProtocols;
  TlsVersion minVersion = "TLSv1.2";
  sequence<DOMString> pinnedSha256;
};

dictionary TCPSocketOpenInfo {
  ReadableStream readable;
  WritableStream writable;
  DOMString remoteAddress;
  unsigned short remotePort;
  DOMString localAddress;
  unsigned short localPort;
  TlsInfo tls;
};

dictionary TlsInfo {
  required TlsVersion version;
  required DOMString cipherSuite;
  required DOMString? alpnProtocol;
  required USVString serverName;
  required sequence<TlsCertificate> certificates;
  required boolean authorized;
};

dictionary TlsCertificate {
  required ArrayBuffer rawDER;
  required TlsFingerprint fingerprint;
};

dictionary TlsFingerprint {
  required DOMString sha256;
};

[SecureContext, Exposed=(Window,DedicatedWorker)]
interface TCPServerSocket {
  constructor(DOMString localAddress, optional TCPServerSocketOptions options = {});
  readonly attribute Promise<TCPServerSocketOpenInfo> opened;
  readonly attribute Promise<undefined> closed;
  Promise<undefined> close();
};

dictionary TCPServerSocketOptions {
  [EnforceRange] unsigned short localPort;
  [EnforceRange] unsigned long backlog;
  boolean ipv6Only;
};

dictionary TCPServerSocketOpenInfo {
  ReadableStream readable;
  DOMString localAddress;
  unsigned short localPort;
};

[SecureContext, Exposed=(Window,DedicatedWorker)]
interface UDPSocket {
  constructor(optional UDPSocketOptions options = {});
  readonly attribute Promise<UDPSocketOpenInfo> opened;
  readonly attribute Promise<undefined> closed;
  Promise<undefined> close();
};

dictionary UDPSocketOptions {
  DOMString remoteAddress;
  [EnforceRange] unsigned short remotePort;
  DOMString localAddress;
  [EnforceRange] unsigned short localPort;
  [EnforceRange] unsigned long sendBufferSize;
  [EnforceRange] unsigned long receiveBufferSize;
  SocketDnsQueryType dnsQueryType;
  boolean ipv6Only;
};

partial dictionary UDPSocketOptions {
  [EnforceRange] octet multicastTimeToLive = 1;
  boolean multicastLoopback = true;
  boolean multicastAllowAddressSharing = false;
  DOMString multicastInterface;
};

dictionary UDPMessage {
  BufferSource data;
  DOMString remoteAddress;
  unsigned short remotePort;
  SocketDnsQueryType dnsQueryType;
};

dictionary UDPSocketOpenInfo {
  ReadableStream readable;
  WritableStream writable;
  DOMString remoteAddress;
  unsigned short remotePort;
  DOMString localAddress;
  unsigned short localPort;
  MulticastController multicastController;
};

[SecureContext, Exposed=(Window,DedicatedWorker)]
interface MulticastController {
  Promise<undefined> joinGroup(DOMString ipAddress, optional MulticastGroupOptions options = {});
  Promise<undefined> leaveGroup(DOMString ipAddress, optional MulticastGroupOptions options = {});
  readonly attribute FrozenArray<(DOMString or MulticastMembership)> joinedGroups;
};

dictionary MulticastGroupOptions {
  DOMString sourceAddress;
  DOMString interfaceName;
};

dictionary MulticastMembership {
  required DOMString groupAddress;
  DOMString sourceAddress;
  DOMString interfaceName;
};

// WebSocket (https://websockets.spec.whatwg.org/), with headers of its own.

[SecureContext, Exposed=(Window,DedicatedWorker)]
interface UnrestrictedWebSocket : EventTarget {
  constructor(
      USVString url, optional (DOMString or sequence<DOMString>) protocols = [],
      optional UnrestrictedWebSocketOptions options = {});
  readonly attribute USVString url;

  const unsigned short CONNECTING = 0;
  const unsigned short OPEN = 1;
  const unsigned short CLOSING = 2;
  const unsigned short CLOSED = 3;
  readonly attribute unsigned short readyState;
  readonly attribute unsigned long long bufferedAmount;

  attribute EventHandler onopen;
  attribute EventHandler onerror;
  attribute EventHandler onclose;
  readonly attribute DOMString extensions;
  readonly attribute DOMString protocol;
  undefined close(optional [Clamp] unsigned short code, optional USVString reason);

  attribute EventHandler onmessage;
  attribute BinaryType binaryType;
  undefined send((BufferSource or Blob or USVString) data);
};

enum BinaryType { "blob", "arraybuffer" };

dictionary UnrestrictedWebSocketOptions {
  HeadersInit headers;
  AbortSignal signal;
  TlsOptions tls;
};
