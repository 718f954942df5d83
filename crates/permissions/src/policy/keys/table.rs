//! The policies that are about permissions: Chrome's names, and our own for what is ours.

use crate::PermissionName::{self, *};

/// A policy that decides about permissions.
#[derive(Debug, Clone, Copy)]
pub struct PolicyKey {
    pub(super) key: &'static str,
    pub(super) form: Form,
    /// What it allows, blocks or asks for.
    pub(super) names: &'static [PermissionName],
    /// What it blocks besides, but never allows.
    pub(super) also_blocks: &'static [PermissionName],
    /// Whether `*` is refused in its list.
    pub(super) refuses_everything: bool,
}

/// The values that a policy takes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    /// One of these numbers: 1 allows, 2 blocks, 3 asks.
    Default(&'static [u64]),
    /// `false` blocks where no list allows.
    FalseBlocks,
    AllowList {
        generic: bool,
    },
    BlockList {
        generic: bool,
    },
    AskList,
    /// Devices that are allowed without a question, where there are none that could be.
    Devices,
}

impl PolicyKey {
    /// The policy's name.
    pub fn name(&self) -> &'static str {
        self.key
    }

    /// The permissions that it decides about.
    pub fn permissions(&self) -> &'static [PermissionName] {
        self.names
    }

    /// What its value looks like and does, for the documentation.
    pub fn description(&self) -> String {
        match self.form {
            Form::Default(valid) => {
                let words: Vec<&str> = valid
                    .iter()
                    .map(|number| match number {
                        1 => "1 allows",
                        2 => "2 blocks",
                        _ => "3 asks",
                    })
                    .collect();
                words.join(", ")
            }
            Form::FalseBlocks => "`false` blocks".to_owned(),
            Form::AllowList { .. } => "list of origins that are allowed".to_owned(),
            Form::BlockList { .. } => "list of origins that are blocked".to_owned(),
            Form::AskList => "list of origins that may ask".to_owned(),
            Form::Devices => "known, and nothing: no app can have such devices here".to_owned(),
        }
    }
}

const ALLOW_BLOCK: Form = Form::Default(&[1, 2]);
const ALLOW_BLOCK_ASK: Form = Form::Default(&[1, 2, 3]);
const BLOCK_ASK: Form = Form::Default(&[2, 3]);
const ALLOWED: Form = Form::AllowList { generic: false };
const BLOCKED: Form = Form::BlockList { generic: false };
const GENERIC_ALLOWED: Form = Form::AllowList { generic: true };
const GENERIC_BLOCKED: Form = Form::BlockList { generic: true };

const SENSORS: &[PermissionName] = &[Accelerometer, Gyroscope, Magnetometer, AmbientLightSensor];
const NEARBY: &[PermissionName] = &[LocalNetwork, LoopbackNetwork];

const fn key(key: &'static str, form: Form, names: &'static [PermissionName]) -> PolicyKey {
    PolicyKey {
        key,
        form,
        names,
        also_blocks: &[],
        refuses_everything: false,
    }
}

/// A Direct Sockets policy: forbidding sockets forbids unrestricted network access too, but allowing
/// sockets does not allow that, which is more.
const fn sockets(key: &'static str, form: Form) -> PolicyKey {
    PolicyKey {
        key,
        form,
        names: &[DirectSockets],
        also_blocks: &[UnrestrictedNetwork],
        refuses_everything: true,
    }
}

/// Every policy that decides about permissions. Within a level: a block list beats an allow list,
/// the more specific pair beats the generic one (local network), and lists beat defaults.
pub const KNOWN_KEYS: &[PolicyKey] = &[
    key(
        "DefaultUnrestrictedNetworkSetting",
        ALLOW_BLOCK_ASK,
        &[UnrestrictedNetwork],
    ),
    key("UnrestrictedNetworkAllowedForUrls", ALLOWED, &[UnrestrictedNetwork]),
    key("UnrestrictedNetworkBlockedForUrls", BLOCKED, &[UnrestrictedNetwork]),
    sockets("DefaultDirectSocketsSetting", ALLOW_BLOCK),
    sockets("DirectSocketsAllowedForUrls", GENERIC_ALLOWED),
    sockets("DirectSocketsBlockedForUrls", GENERIC_BLOCKED),
    key("DefaultDirectSocketsPrivateNetworkAccessSetting", ALLOW_BLOCK, NEARBY),
    key(
        "DirectSocketsPrivateNetworkAccessAllowedForUrls",
        GENERIC_ALLOWED,
        NEARBY,
    ),
    key(
        "DirectSocketsPrivateNetworkAccessBlockedForUrls",
        GENERIC_BLOCKED,
        NEARBY,
    ),
    key("LocalNetworkAccessAllowedForUrls", GENERIC_ALLOWED, NEARBY),
    key("LocalNetworkAccessBlockedForUrls", GENERIC_BLOCKED, NEARBY),
    key("LocalNetworkAllowedForUrls", ALLOWED, &[LocalNetwork]),
    key("LocalNetworkBlockedForUrls", BLOCKED, &[LocalNetwork]),
    key("LoopbackNetworkAllowedForUrls", ALLOWED, &[LoopbackNetwork]),
    key("LoopbackNetworkBlockedForUrls", BLOCKED, &[LoopbackNetwork]),
    key("DefaultControlledFrameSetting", ALLOW_BLOCK, &[ControlledFrame]),
    key("ControlledFrameAllowedForUrls", ALLOWED, &[ControlledFrame]),
    key("ControlledFrameBlockedForUrls", BLOCKED, &[ControlledFrame]),
    key("DefaultMediaStreamSetting", BLOCK_ASK, &[Camera, Microphone]),
    key("VideoCaptureAllowed", Form::FalseBlocks, &[Camera]),
    key("VideoCaptureAllowedUrls", ALLOWED, &[Camera]),
    key("AudioCaptureAllowed", Form::FalseBlocks, &[Microphone]),
    key("AudioCaptureAllowedUrls", ALLOWED, &[Microphone]),
    // The lists of screen capture only lift the switch: the user still picks what to share.
    key("ScreenCaptureAllowed", Form::FalseBlocks, &[DisplayCapture]),
    key("ScreenCaptureAllowedByOrigins", Form::AskList, &[DisplayCapture]),
    key("WindowCaptureAllowedByOrigins", Form::AskList, &[DisplayCapture]),
    key("TabCaptureAllowedByOrigins", Form::AskList, &[DisplayCapture]),
    key("SameOriginTabCaptureAllowedByOrigins", Form::AskList, &[DisplayCapture]),
    key("MultiScreenCaptureAllowedForUrls", Form::AskList, &[DisplayCapture]),
    key("DefaultGeolocationSetting", ALLOW_BLOCK_ASK, &[Geolocation]),
    key("GeolocationAllowedForUrls", ALLOWED, &[Geolocation]),
    key("GeolocationBlockedForUrls", BLOCKED, &[Geolocation]),
    key("DefaultNotificationsSetting", ALLOW_BLOCK_ASK, &[Notifications, Push]),
    key("NotificationsAllowedForUrls", ALLOWED, &[Notifications, Push]),
    key("NotificationsBlockedForUrls", BLOCKED, &[Notifications, Push]),
    key("DefaultClipboardSetting", BLOCK_ASK, &[ClipboardRead]),
    key("ClipboardAllowedForUrls", ALLOWED, &[ClipboardRead]),
    key("ClipboardBlockedForUrls", BLOCKED, &[ClipboardRead]),
    key("DefaultSensorsSetting", ALLOW_BLOCK, SENSORS),
    key("SensorsAllowedForUrls", ALLOWED, SENSORS),
    key("SensorsBlockedForUrls", BLOCKED, SENSORS),
    key("DefaultIdleDetectionSetting", ALLOW_BLOCK_ASK, &[IdleDetection]),
    key("IdleDetectionAllowedForUrls", ALLOWED, &[IdleDetection]),
    key("IdleDetectionBlockedForUrls", BLOCKED, &[IdleDetection]),
    key("DefaultLocalFontsSetting", BLOCK_ASK, &[LocalFonts]),
    key("LocalFontsAllowedForUrls", ALLOWED, &[LocalFonts]),
    key("LocalFontsBlockedForUrls", BLOCKED, &[LocalFonts]),
    key("DefaultMidiSetting", ALLOW_BLOCK_ASK, &[Midi]),
    key("MidiAllowedForUrls", ALLOWED, &[Midi]),
    key("MidiBlockedForUrls", BLOCKED, &[Midi]),
    key("DefaultWindowManagementSetting", BLOCK_ASK, &[WindowManagement]),
    key("WindowManagementAllowedForUrls", ALLOWED, &[WindowManagement]),
    key("WindowManagementBlockedForUrls", BLOCKED, &[WindowManagement]),
    // As Chrome called them before.
    key("DefaultWindowPlacementSetting", BLOCK_ASK, &[WindowManagement]),
    key("WindowPlacementAllowedForUrls", ALLOWED, &[WindowManagement]),
    key("WindowPlacementBlockedForUrls", BLOCKED, &[WindowManagement]),
    key("DefaultSerialGuardSetting", BLOCK_ASK, &[Serial]),
    key("SerialAskForUrls", Form::AskList, &[Serial]),
    key("SerialBlockedForUrls", BLOCKED, &[Serial]),
    key("SerialAllowAllPortsForUrls", Form::Devices, &[Serial]),
    key("SerialAllowUsbDevicesForUrls", Form::Devices, &[Serial]),
    key("DefaultWebUsbGuardSetting", BLOCK_ASK, &[Usb]),
    key("WebUsbAskForUrls", Form::AskList, &[Usb]),
    key("WebUsbBlockedForUrls", BLOCKED, &[Usb]),
    key("WebUsbAllowDevicesForUrls", Form::Devices, &[Usb]),
    key("DefaultWebHidGuardSetting", BLOCK_ASK, &[Hid]),
    key("WebHidAskForUrls", Form::AskList, &[Hid]),
    key("WebHidBlockedForUrls", BLOCKED, &[Hid]),
    key("WebHidAllowAllDevicesForUrls", Form::Devices, &[Hid]),
    key("WebHidAllowDevicesForUrls", Form::Devices, &[Hid]),
    key("WebHidAllowDevicesWithHidUsagesForUrls", Form::Devices, &[Hid]),
    key("DefaultWebBluetoothGuardSetting", BLOCK_ASK, &[Bluetooth]),
    key("DefaultWebPrintingSetting", BLOCK_ASK, &[WebPrinting]),
    key("WebPrintingAllowedForUrls", ALLOWED, &[WebPrinting]),
    key("WebPrintingBlockedForUrls", BLOCKED, &[WebPrinting]),
    key("DefaultSmartCardConnectSetting", BLOCK_ASK, &[SmartCard]),
    key("SmartCardConnectAllowedForUrls", ALLOWED, &[SmartCard]),
    key("SmartCardConnectBlockedForUrls", BLOCKED, &[SmartCard]),
    key("DefaultFileSystemWriteGuardSetting", BLOCK_ASK, &[FileSystemWrite]),
    key("FileSystemWriteAskForUrls", Form::AskList, &[FileSystemWrite]),
    key("FileSystemWriteBlockedForUrls", BLOCKED, &[FileSystemWrite]),
    key("AutomaticFullscreenAllowedForUrls", ALLOWED, &[Fullscreen]),
    key("AutomaticFullscreenBlockedForUrls", BLOCKED, &[Fullscreen]),
];
