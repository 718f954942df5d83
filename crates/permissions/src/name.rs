//! The one table of permission names.
//!
//! Rust takes its enum from here; `cargo xtask generate` makes `js/generated/permissions.js` and
//! `docs/permissions.md` from it. The names are those of the W3C's permissions registry, of
//! Chromium where that is ahead of it, and three of our own (`unrestricted-network`,
//! `controlled-frame`, `file-system-write`).

use std::fmt;
use std::str::FromStr;

/// Whether anybody is ever asked about a permission here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Support {
    /// The user decides.
    Supported,
    /// The engine or the desktop lacks what it would permit; it cannot be granted.
    NotOnThisDevice,
    /// Nobody is asked: it is on where the manifest's `permissions_policy` or a user's gesture
    /// says so. The organisation, and the user in the app's settings, can take it away.
    PolicyOnly,
}

/// How a permission that can be had is kept from those who do not have it. The paths are those of this repository, below
/// `crates`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enforcement {
    /// The file that asks the check, or that the check steers.
    pub place: &'static str,
    /// The test that tries to have it all the same.
    pub attack: &'static str,
}

/// A name that is not in the table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a permission that Insula knows")]
pub struct UnknownName(pub String);

macro_rules! permissions {
    ($(
        $variant:ident = $name:literal, $title:literal, $explanation:literal,
        $support:ident$(($place:literal, $attack:literal))?, $feature:expr;
    )*) => {
        /// The name of a permission.
        ///
        /// The order is the table's: what users care about most comes first.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum PermissionName {
            $(#[doc = concat!("`", $name, "`: ", $title, ". ", $explanation)] $variant,)*
        }

        impl PermissionName {
            /// Every name, in the table's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            const fn entry(self) -> Entry {
                match self {
                    $(Self::$variant => Entry {
                        name: $name,
                        title: $title,
                        explanation: $explanation,
                        support: Support::$support,
                        enforcement: [$(Enforcement { place: $place, attack: $attack })?].first().copied(),
                        feature: $feature,
                    },)*
                }
            }
        }
    };
}

struct Entry {
    name: &'static str,
    title: &'static str,
    explanation: &'static str,
    support: Support,
    enforcement: Option<Enforcement>,
    feature: Option<&'static str>,
}

// Variant = name, title, explanation, support(where it is enforced, what attacks that), policy-controlled feature.
permissions! {
    UnrestrictedNetwork = "unrestricted-network",
        "Connect to any server or device, see your network addresses",
        "Skips protections that keep sites apart. You can turn this off at any time in the app menu.",
        Supported("runtime/src/host/gate.rs", "e2e/tests/revocation.rs"), Some("unrestricted-network");
    LocalNetwork = "local-network", "Connect to devices on your local network",
        "Reach printers, routers and other devices near you.",
        Supported("runtime/src/host/gate.rs", "permissions/src/check/rules/tests.rs"), Some("local-network");
    LoopbackNetwork = "loopback-network", "Connect to other apps and services on this device",
        "Talk to programs that run on this computer.",
        Supported("runtime/src/host/gate.rs", "e2e/tests/revocation.rs"), Some("loopback-network");
    Camera = "camera", "Use your camera", "Take pictures and record video.",
        Supported("runtime/src/powerful_features/recordings.rs", "e2e/tests/held.rs"), Some("camera");
    Microphone = "microphone", "Use your microphone", "Record sound.",
        Supported("runtime/src/powerful_features/recordings.rs", "e2e/tests/held.rs"), Some("microphone");
    DisplayCapture = "display-capture", "Capture your screen",
        "See what is on your screen or in a window that you choose.",
        Supported("runtime/src/powerful_features/recordings.rs", "e2e/tests/held.rs"), Some("display-capture");
    Geolocation = "geolocation", "Know your location",
        "Find out the precise or rough position of this device.",
        Supported("runtime/src/powerful_features/positions.rs", "e2e/tests/positions.rs"), Some("geolocation");
    Notifications = "notifications", "Show notifications",
        "Put messages into your notification area.",
        Supported("runtime/src/powerful_features/requests.rs", "e2e/tests/abuse.rs"), None;
    ClipboardRead = "clipboard-read", "See text and images you copied",
        "Read your clipboard, whatever program it came from.",
        Supported("runtime/src/powerful_features/requests.rs", "e2e/tests/abuse.rs"), Some("clipboard-read");
    PointerLock = "pointer-lock", "Hide and lock the pointer",
        "Take over the mouse pointer until you press Escape.",
        Supported("runtime/src/powerful_features/requests.rs", "e2e/tests/abuse.rs"), None;

    ControlledFrame = "controlled-frame", "Show and control other websites inside the app",
        "The app can read and change what those sites show.",
        PolicyOnly("runtime/src/host/frames.rs", "e2e/tests/revocation.rs"), Some("controlled-frame");
    DirectSockets = "direct-sockets", "Open network connections",
        "Send any data to servers on the Internet.",
        PolicyOnly("runtime/src/host/gate.rs", "e2e/tests/revocation.rs"), Some("direct-sockets");
    ClipboardWrite = "clipboard-write", "Change your clipboard",
        "Copy text and images when you click.",
        PolicyOnly("webprocess/src/guard.rs", "e2e/tests/held.rs"), Some("clipboard-write");
    Fullscreen = "fullscreen", "Use the full screen",
        "Cover the whole screen until you press Escape.",
        PolicyOnly("runtime/src/powerful_features/held.rs", "e2e/tests/held.rs"), Some("fullscreen");
    ScreenWakeLock = "screen-wake-lock", "Keep the screen on",
        "The screen does not dim while the app shows something.",
        PolicyOnly("webprocess/src/guard.rs", "e2e/tests/held.rs"), Some("screen-wake-lock");
    FileSystemWrite = "file-system-write", "Save the files that you open with it",
        "The app asks you before it saves a file for the first time.",
        PolicyOnly("runtime/src/host/save.rs", "e2e/tests/web_app_save.rs"), None;

    Push = "push", "Receive push messages", "Get messages while the app is closed.",
        NotOnThisDevice, None;
    PersistentStorage = "persistent-storage", "Keep data on this device",
        "Data is not removed when space runs low.",
        NotOnThisDevice, None;
    BackgroundSync = "background-sync", "Finish sending in the background",
        "Send what you wrote once you are online again.",
        NotOnThisDevice, None;
    PeriodicBackgroundSync = "periodic-background-sync", "Update regularly in the background",
        "Fetch news while the app is closed.",
        NotOnThisDevice, None;
    BackgroundFetch = "background-fetch", "Download large files in the background",
        "Go on with downloads while the app is closed.",
        NotOnThisDevice, None;
    SpeakerSelection = "speaker-selection", "Choose audio output devices",
        "See your speakers and headphones and pick one.",
        NotOnThisDevice, Some("speaker-selection");
    SystemWakeLock = "system-wake-lock", "Keep the device awake",
        "The device does not fall asleep.",
        NotOnThisDevice, None;
    Accelerometer = "accelerometer", "Use the motion sensor", "Notice how the device is moved.",
        NotOnThisDevice, Some("accelerometer");
    Gyroscope = "gyroscope", "Use the rotation sensor", "Notice how the device is turned.",
        NotOnThisDevice, Some("gyroscope");
    Magnetometer = "magnetometer", "Use the compass", "Notice where the device points.",
        NotOnThisDevice, Some("magnetometer");
    AmbientLightSensor = "ambient-light-sensor", "Use the light sensor",
        "Notice how bright it is.",
        NotOnThisDevice, Some("ambient-light-sensor");
    Bluetooth = "bluetooth", "Connect to Bluetooth devices", "Find and use devices near you.",
        NotOnThisDevice, Some("bluetooth");
    Midi = "midi", "Use MIDI devices", "Play and control musical instruments.",
        NotOnThisDevice, Some("midi");
    Nfc = "nfc", "Read and write NFC tags", "Exchange data with tags held to the device.",
        NotOnThisDevice, None;
    Usb = "usb", "Connect to USB devices", "Control devices that are plugged in.",
        NotOnThisDevice, Some("usb");
    Serial = "serial", "Connect to serial devices", "Control devices on a serial port.",
        NotOnThisDevice, Some("serial");
    Hid = "hid", "Connect to input devices", "Use unusual keyboards, pads and buttons.",
        NotOnThisDevice, Some("hid");
    XrSpatialTracking = "xr-spatial-tracking", "Track your position for virtual reality",
        "Follow where you and your headset are in the room.",
        NotOnThisDevice, Some("xr-spatial-tracking");
    IdleDetection = "idle-detection", "Know when you are away",
        "Notice that you do not use the device.",
        NotOnThisDevice, Some("idle-detection");
    LocalFonts = "local-fonts", "See the fonts you have installed",
        "Use your fonts; they can also tell you apart from others.",
        NotOnThisDevice, Some("local-fonts");
    WindowManagement = "window-management", "Manage windows on all your displays",
        "Place windows, and know which displays you have.",
        NotOnThisDevice, Some("window-management");
    KeyboardLock = "keyboard-lock", "Capture all keys",
        "Receive keys that otherwise belong to the desktop.",
        NotOnThisDevice, None;
    StorageAccess = "storage-access", "Let an embedded site use its cookies",
        "A site shown inside the app can recognise you.",
        NotOnThisDevice, Some("storage-access");
    TopLevelStorageAccess = "top-level-storage-access", "Let related sites use their cookies here",
        "Sites of one owner can recognise you together.",
        NotOnThisDevice, None;
    PaymentHandler = "payment-handler", "Handle payments", "Answer when a shop asks for payment.",
        NotOnThisDevice, None;
    CapturedSurfaceControl = "captured-surface-control", "Scroll and zoom what is captured",
        "Control a window while its picture is shared.",
        NotOnThisDevice, Some("captured-surface-control");
    WebPrinting = "web-printing", "Print directly", "Use your printers without the print dialog.",
        NotOnThisDevice, Some("web-printing");
    SmartCard = "smart-card", "Use smart cards", "Talk to cards in a reader.",
        NotOnThisDevice, Some("smart-card");
    Telephony = "telephony", "Make and receive phone calls", "Use this device's phone.",
        NotOnThisDevice, None;
    Sms = "sms", "Send and receive text messages", "Use this device's text messages.",
        NotOnThisDevice, None;
    Contacts = "contacts", "See your contacts", "Read names and addresses you saved.",
        NotOnThisDevice, None;
}

/// Other names that apps and drafts use, and what they stand for.
pub const ALIASES: &[(&str, &[PermissionName])] = &[
    ("window-placement", &[PermissionName::WindowManagement]),
    (
        "local-network-access",
        &[PermissionName::LocalNetwork, PermissionName::LoopbackNetwork],
    ),
    (
        "direct-sockets-private",
        &[PermissionName::LocalNetwork, PermissionName::LoopbackNetwork],
    ),
    // The members of a group are around this machine.
    ("direct-sockets-multicast", &[PermissionName::LocalNetwork]),
];

impl PermissionName {
    /// The specification's name.
    pub const fn as_str(self) -> &'static str {
        self.entry().name
    }

    /// What it permits, for the user, as the beginning of a row: "Use your camera".
    pub const fn title(self) -> &'static str {
        self.entry().title
    }

    /// A sentence or two of explanation for the user.
    pub const fn explanation(self) -> &'static str {
        self.entry().explanation
    }

    /// Whether anybody is asked about it.
    pub const fn support(self) -> Support {
        self.entry().support
    }

    /// Where it is enforced, and what attacks that; `None` for what cannot be had.
    pub const fn enforcement(self) -> Option<Enforcement> {
        self.entry().enforcement
    }

    /// Whether this device has what it permits, so that it can be granted.
    pub fn is_available(self) -> bool {
        self.support() != Support::NotOnThisDevice
    }

    /// Whether a grant ends when it is not used for long. Uses of what is not asked for each time cannot be told apart from
    /// its being there.
    pub fn expires_unused(self) -> bool {
        self.support() == Support::Supported && self != Self::Notifications
    }

    /// The policy-controlled feature that an Isolated Web App must list before it can have this.
    pub const fn feature(self) -> Option<&'static str> {
        self.entry().feature
    }

    /// What a written name stands for, aliases included; nothing when it is unknown.
    ///
    /// Names are compared as they are, upper and lower case included.
    pub fn resolve(written: &str) -> Vec<Self> {
        match ALIASES.iter().find(|(alias, _)| *alias == written) {
            Some((_, names)) => names.to_vec(),
            None => written.parse().into_iter().collect(),
        }
    }
}

impl FromStr for PermissionName {
    type Err = UnknownName;

    /// Exact names only; see [`PermissionName::resolve`] for aliases.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().find(|name| name.as_str() == text);
        found
            .copied()
            .ok_or_else(|| UnknownName(text.chars().take(80).collect()))
    }
}

impl fmt::Display for PermissionName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_name_is_there_once_and_reads_back() {
        let names: HashSet<_> = PermissionName::ALL.iter().map(|name| name.as_str()).collect();
        assert_eq!(names.len(), PermissionName::ALL.len());
        for name in PermissionName::ALL {
            assert_eq!(name.as_str().parse::<PermissionName>().as_ref(), Ok(name));
            assert!(
                name.as_str().bytes().all(|b| b.is_ascii_lowercase() || b == b'-'),
                "{name}"
            );
        }
    }

    #[test]
    fn whatever_can_be_had_is_enforced_and_attacked() {
        let crates = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let read = |file: &str| std::fs::read_to_string(crates.join(file)).unwrap_or_else(|_| panic!("{file}"));
        for name in PermissionName::ALL.iter().copied() {
            assert_eq!(name.enforcement().is_some(), name.is_available(), "{name}");
            let Some(Enforcement { place, attack }) = name.enforcement() else {
                continue;
            };
            assert!(!read(place).is_empty(), "{place}");
            // A test may say it as programs do.
            let attack = read(attack);
            let is_named = attack.contains(name.as_str()) || attack.contains(&format!("{name:?}"));
            assert!(is_named, "no attack on {name}");
        }
    }

    #[test]
    fn texts_for_users_are_written_alike() {
        for name in PermissionName::ALL {
            assert!(name.title().starts_with(char::is_uppercase), "{name}");
            assert!(!name.title().ends_with('.'), "{name}");
            assert!(name.explanation().ends_with('.'), "{name}");
        }
    }

    #[test]
    fn aliases_stand_for_other_names() {
        use PermissionName::*;
        assert_eq!(PermissionName::resolve("window-placement"), [WindowManagement]);
        assert_eq!(
            PermissionName::resolve("local-network-access"),
            [LocalNetwork, LoopbackNetwork]
        );
        assert_eq!(PermissionName::resolve("camera"), [Camera]);
        assert_eq!(PermissionName::resolve("Camera"), []);
        for (alias, _) in ALIASES {
            assert!(alias.parse::<PermissionName>().is_err(), "{alias}");
        }
    }
}
