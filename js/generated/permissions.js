// Generated from crates/permissions/src/name.rs by `cargo xtask generate permissions`; do not edit.
// @ts-check

/** Every permission name that the runtime knows. @type {readonly string[]} */
export const names = Object.freeze([
  "unrestricted-network",
  "local-network",
  "loopback-network",
  "camera",
  "microphone",
  "display-capture",
  "geolocation",
  "notifications",
  "clipboard-read",
  "pointer-lock",
  "controlled-frame",
  "direct-sockets",
  "clipboard-write",
  "fullscreen",
  "screen-wake-lock",
  "file-system-write",
  "push",
  "persistent-storage",
  "background-sync",
  "periodic-background-sync",
  "background-fetch",
  "speaker-selection",
  "system-wake-lock",
  "accelerometer",
  "gyroscope",
  "magnetometer",
  "ambient-light-sensor",
  "bluetooth",
  "midi",
  "nfc",
  "usb",
  "serial",
  "hid",
  "xr-spatial-tracking",
  "idle-detection",
  "local-fonts",
  "window-management",
  "keyboard-lock",
  "storage-access",
  "top-level-storage-access",
  "payment-handler",
  "captured-surface-control",
  "web-printing",
  "smart-card",
  "telephony",
  "sms",
  "contacts",
]);

/**
 * Other names, and what they stand for.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const aliases = Object.freeze({
  "window-placement": Object.freeze(["window-management"]),
  "local-network-access": Object.freeze(["local-network", "loopback-network"]),
  "direct-sockets-private": Object.freeze(["local-network", "loopback-network"]),
  "direct-sockets-multicast": Object.freeze(["local-network"]),
});

/**
 * The policy-controlled feature that an Isolated Web App must list for a permission.
 * @type {Readonly<Record<string, string>>}
 */
export const features = Object.freeze({
  "unrestricted-network": "unrestricted-network",
  "local-network": "local-network",
  "loopback-network": "loopback-network",
  "camera": "camera",
  "microphone": "microphone",
  "display-capture": "display-capture",
  "geolocation": "geolocation",
  "clipboard-read": "clipboard-read",
  "controlled-frame": "controlled-frame",
  "direct-sockets": "direct-sockets",
  "clipboard-write": "clipboard-write",
  "fullscreen": "fullscreen",
  "screen-wake-lock": "screen-wake-lock",
  "speaker-selection": "speaker-selection",
  "accelerometer": "accelerometer",
  "gyroscope": "gyroscope",
  "magnetometer": "magnetometer",
  "ambient-light-sensor": "ambient-light-sensor",
  "bluetooth": "bluetooth",
  "midi": "midi",
  "usb": "usb",
  "serial": "serial",
  "hid": "hid",
  "xr-spatial-tracking": "xr-spatial-tracking",
  "idle-detection": "idle-detection",
  "local-fonts": "local-fonts",
  "window-management": "window-management",
  "storage-access": "storage-access",
  "captured-surface-control": "captured-surface-control",
  "web-printing": "web-printing",
  "smart-card": "smart-card",
});
