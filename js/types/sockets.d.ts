// Direct Sockets: https://wicg.github.io/direct-sockets/
// In documents and dedicated workers. A worker of an installed site loads them first: "/.well-known/insula/worker.js".

interface TCPSocketOptions {
  sendBufferSize?: number;
  receiveBufferSize?: number;
  noDelay?: boolean;
  /** Milliseconds, no less than 1,000. */
  keepAliveDelay?: number;
  dnsQueryType?: "ipv4" | "ipv6";
  /**
   * Milliseconds in which it has to be connected and secured, greater than 0; without it each of looking up, connecting
   * and securing has 30,000. The time in which the user is asked does not count.
   */
  connectTimeout?: number;
  /** The address of this machine that the connection comes from, as a literal. */
  localAddress?: string;
  /** "on": TLS from the start. "starttls": plain until `startTls()`. "off" without it. */
  secureTransport?: SecureTransport;
  /** How it is secured. What `startTls()` is given counts before. */
  tls?: TlsOptions;
  /** Aborts connecting, and the connection: everything rejects with the signal's reason. */
  signal?: AbortSignal;
}

type SecureTransport = "off" | "on" | "starttls";
type TlsVersion = "TLSv1.2" | "TLSv1.3";

interface TlsOptions {
  /** For whom the certificate has to be; the host without it. */
  serverName?: string;
  /** The protocols that are offered (ALPN), best first. */
  alpnProtocols?: string[];
  /** The oldest version that is accepted; "TLSv1.2" without it, and none is older. */
  minVersion?: TlsVersion;
  /**
   * SHA-256s of certificates, or of their public keys (SubjectPublicKeyInfo), in hexadecimal or base64. The server has to
   * show one of them, and is accepted then whoever made it, for whatever name and time: so a device is reached that has
   * made its own. No other certificate is accepted then.
   */
  pinnedSha256?: string[];
}

interface TlsCertificate {
  rawDER: ArrayBuffer;
  /** In hexadecimal. */
  fingerprint: { sha256: string };
}

/** How a connection is secured. */
interface TlsInfo {
  version: TlsVersion;
  /** IANA's name. */
  cipherSuite: string;
  /** What the server chose of `alpnProtocols`. */
  alpnProtocol: string | null;
  serverName: string;
  /** The server's certificate comes first. */
  certificates: readonly TlsCertificate[];
  /** Whether the system trusts the certificate; else only a pin does. */
  authorized: boolean;
}

/**
 * What `opened` rejects with when TLS fails: a NetworkError with this member besides. "cert-expired" also stands for one
 * that is not valid yet.
 */
interface TlsError extends DOMException {
  readonly tlsError: "cert-expired" | "name-mismatch" | "untrusted" | "revoked" | "protocol";
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
  /** How it is secured, if it is. */
  tls?: TlsInfo;
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
  readonly secureTransport: SecureTransport;
  /** Whether another socket has gone on with the connection. */
  readonly upgraded: boolean;
  /**
   * Secures the connection of a socket that was made with `secureTransport: "starttls"`, and returns the socket that it goes
   * on in; this one's streams end, and its `closed` resolves. Throws InvalidStateError unless the socket is open, its
   * streams are unlocked, and no write is under way. Throws, or rejects the new socket's `opened` with, SecurityError where
   * something has come that was not read: nobody has secured it, and whoever is on the way may have sent it.
   */
  startTls(options?: TlsOptions): TCPSocket;
}

interface TCPServerSocketOptions {
  /** 1,024 and above; without it the system chooses one. */
  localPort?: number;
  /** How many connections may wait to be accepted. */
  backlog?: number;
  /** Of "::", whether it takes no connections of IPv4. */
  ipv6Only?: boolean;
}

interface TCPServerSocketOpenInfo {
  /** Sockets that are open already. A connection is accepted when it is read, and waits in the system until then. */
  readable: ReadableStream<TCPSocket>;
  localAddress: string;
  localPort: number;
}

/**
 * Waits for TCP connections. On an address that others reach, such as "0.0.0.0", that takes the permission for the local
 * network. The constructor throws NotAllowedError as that of TCPSocket does.
 */
declare class TCPServerSocket {
  /** @param localAddress an address of this machine, as a literal */
  constructor(localAddress: string, options?: TCPServerSocketOptions);
  readonly opened: Promise<TCPServerSocketOpenInfo>;
  /** Resolves when it was closed, or its stream cancelled; rejects when it was taken away. */
  readonly closed: Promise<undefined>;
  /** Rejects with InvalidStateError while the stream is locked or the socket is not open. Accepted connections go on. */
  close(): Promise<undefined>;
}

/** With one peer (`remoteAddress`), or bound to an address of this machine (`localAddress`): one of the two. */
interface UDPSocketOptions {
  remoteAddress?: string;
  remotePort?: number;
  /** As a literal. */
  localAddress?: string;
  /** 1,024 and above; without it the system chooses one. */
  localPort?: number;
  sendBufferSize?: number;
  receiveBufferSize?: number;
  dnsQueryType?: "ipv4" | "ipv6";
  /** Of "::", whether it has no part in IPv4. */
  ipv6Only?: boolean;
  /** How many networks its datagrams to groups may pass, 0 to 255; 1 without. */
  multicastTimeToLive?: number;
  /** Whether sockets of this machine hear what it sends to groups that they are in; true without. */
  multicastLoopback?: boolean;
  /** Of a bound socket, whether others that say so too may be bound to the same place; false without. */
  multicastAllowAddressSharing?: boolean;
  /** Insula's own: the name of the network interface that its datagrams to groups leave by. Without, the system chooses. */
  multicastInterface?: string;
}

/** A datagram. A bound socket's has the address of the other side, both ways; that of one with a peer has none. */
interface UDPMessage {
  data: BufferSource;
  remoteAddress?: string;
  remotePort?: number;
  dnsQueryType?: "ipv4" | "ipv6";
}

interface UDPSocketOpenInfo {
  /** What is not read in time the system drops. */
  readable: ReadableStream<UDPMessage & { data: Uint8Array<ArrayBuffer> }>;
  writable: WritableStream<UDPMessage>;
  remoteAddress?: string;
  remotePort?: number;
  localAddress: string;
  localPort: number;
  /** Of a bound socket. */
  multicastController?: MulticastController;
}

interface MulticastGroupOptions {
  /** The only sender who is heard, as a literal; all are without. */
  sourceAddress?: string;
  /** Insula's own: the name of the network interface by which the group is joined. Without, the system chooses. */
  interfaceName?: string;
}

interface MulticastMembership {
  groupAddress: string;
  sourceAddress?: string;
  /** Where it was named. */
  interfaceName?: string;
}

/**
 * The groups that a bound socket hears, which takes the permission for the local network. Operations reject with TypeError for
 * what is no address of a group, or of a sender; InvalidStateError where the socket is not open, the group is joined already, also
 * of all senders instead of one or the other way round, or is not joined; InvalidAccessError or NotAllowedError without the
 * permission; QuotaExceededError for more than 20 groups; NetworkError where the system refuses.
 */
declare class MulticastController {
  private constructor();
  joinGroup(ipAddress: string, options?: MulticastGroupOptions): Promise<undefined>;
  /** With the same options as it was joined. When the socket closes, all groups are left. */
  leaveGroup(ipAddress: string, options?: MulticastGroupOptions): Promise<undefined>;
  /** Those that are joined; the address alone where it was joined without options. */
  readonly joinedGroups: readonly (string | MulticastMembership)[];
}

/**
 * Sends and receives datagrams. A bound socket takes the permission for the local network, or for this machine where only
 * this machine reaches it, and that for each peer's address besides. The constructor throws NotAllowedError as that of
 * TCPSocket does.
 */
declare class UDPSocket {
  constructor(options: UDPSocketOptions);
  readonly opened: Promise<UDPSocketOpenInfo>;
  /** Settles when both streams are over; rejects with what ended them. */
  readonly closed: Promise<undefined>;
  /** Rejects with InvalidStateError while a stream is locked or the socket is not open. */
  close(): Promise<undefined>;
}
