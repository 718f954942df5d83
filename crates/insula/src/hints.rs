//! What to do about errors, and the exit codes of those that have one of their own.

use std::io;
use std::sync::Arc;

use anyhow::Error;
use insula_apps::Error as AppsError;
use insula_bundle::{Error as BundleError, Fault, KeyError, PackError, SignError};
use insula_manifest::MANIFEST_PATH;
use insula_permissions::{DecideError, StoreError};
use insula_runtime::control::Refusal;
use insula_runtime::control::client::ControlError;
use insula_runtime::{RunError, SandboxError};

use crate::commands::uninstall::InstalledByOrganization;
use crate::environment;
use crate::pin::KeptByOrganization;

const FAILED: u8 = 2;
const DENIED_BY_POLICY: u8 = 3;

const MAKE_ROOM: &str = "make room on the disk, and try again";

/// The exit code for an error.
pub(crate) fn exit_code(error: &Error) -> u8 {
    if error.is::<InstalledByOrganization>() || error.is::<KeptByOrganization>() {
        return DENIED_BY_POLICY;
    }
    if matches!(error.downcast_ref(), Some(ControlError::Refused(Refusal::KeptOpen {}))) {
        return DENIED_BY_POLICY;
    }
    match error.downcast_ref::<DecideError>() {
        Some(DecideError::Controlled { .. } | DecideError::NotForOneTime { .. }) => DENIED_BY_POLICY,
        _ => FAILED,
    }
}

/// Sentences that may help whoever has this error, from the outermost cause to the innermost.
pub(crate) fn of(error: &Error) -> Vec<String> {
    let mut hints: Vec<String> = error
        .chain()
        .filter_map(|cause| {
            None.or_else(|| cause.downcast_ref().and_then(of_apps))
                .or_else(|| cause.downcast_ref().and_then(of_decide))
                .or_else(|| cause.downcast_ref().and_then(of_store))
                .or_else(|| cause.downcast_ref().and_then(|error: &Arc<StoreError>| of_store(error)))
                .or_else(|| cause.downcast_ref().and_then(of_bundle))
                .or_else(|| cause.downcast_ref().and_then(of_pack))
                .or_else(|| cause.downcast_ref().and_then(of_sign))
                .or_else(|| cause.downcast_ref().and_then(of_key))
                .or_else(|| cause.downcast_ref().and_then(of_run))
                .or_else(|| cause.downcast_ref().and_then(of_sandbox))
                .or_else(|| cause.downcast_ref().and_then(of_io))
        })
        .collect();
    hints.dedup();
    hints
}

fn of_apps(error: &AppsError) -> Option<String> {
    match error {
        AppsError::Corrupted { .. } | AppsError::DamagedRecord { .. } => {
            Some("install the app again from its `.swbn` file; what it stored is kept".to_owned())
        }
        AppsError::NotInstalled { .. } => Some("`insula list` shows what is installed".to_owned()),
        AppsError::Ambiguous { .. } => Some("use the id, or its first characters".to_owned()),
        AppsError::Downgrade { .. } => Some("`insula install --allow-downgrade` installs it all the same".to_owned()),
        AppsError::SameVersion { .. } => Some(
            "give what changed a higher `version`, or replace it all the same: `insula install --allow-downgrade`"
                .to_owned(),
        ),
        AppsError::Running { .. } => Some("close its window first".to_owned()),
        AppsError::Busy { .. } => Some("wait until it is done, and try again".to_owned()),
        AppsError::Io {
            action: "create",
            source,
            ..
        } if matches!(
            source.kind(),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
        ) =>
        {
            Some(format!(
                "name a folder that you may write to: `--data-dir DIR`, or `{}`",
                environment::DATA_DIR
            ))
        }
        AppsError::KeyReplaced { .. } => Some(
            "`insula update` looks for a version that is signed with the new key; `insula policy explain` says which file \
             names it"
                .to_owned(),
        ),
        AppsError::KeysUnknown => Some("`insula policy check` says what is wrong, and where".to_owned()),
        AppsError::Withdrawn { .. } => Some("the policy `KeyRotations` says so; what the app stored is kept".to_owned()),
        AppsError::NoSpace { .. } => Some(MAKE_ROOM.to_owned()),
        AppsError::NewerRecord { .. } => Some("update insula".to_owned()),
        AppsError::MissingManifest => Some(format!(
            "an app needs a manifest in `{}` with a name, a version and an icon",
            MANIFEST_PATH.trim_start_matches('/')
        )),
        _ => None,
    }
}

fn of_decide(error: &DecideError) -> Option<String> {
    match error {
        DecideError::Store(error) => of_store(error),
        _ => None,
    }
}

fn of_store(error: &StoreError) -> Option<String> {
    match error {
        StoreError::Full { .. } => Some(MAKE_ROOM.to_owned()),
        _ => None,
    }
}

fn of_bundle(error: &BundleError) -> Option<String> {
    match error {
        BundleError::NotSigned => Some("sign it: `insula sign FILE --key KEY -o SIGNED.swbn`".to_owned()),
        BundleError::DeprecatedIntegrityBlock => {
            Some("sign it again: `insula sign FILE --key KEY -o SIGNED.swbn`".to_owned())
        }
        error if error.fault() == Fault::Author => Some("only its author can repair it".to_owned()),
        error if error.fault() == Fault::Delivery => Some("get the file again from where it came from".to_owned()),
        _ => None,
    }
}

fn of_pack(error: &PackError) -> Option<String> {
    match error {
        PackError::PrivateKey { .. } => Some("move the key out of the app's folder".to_owned()),
        _ => None,
    }
}

fn of_sign(error: &SignError) -> Option<String> {
    match error {
        SignError::NotTheKeyOf { .. } => Some("one of the keys must be the key of the app's id".to_owned()),
        SignError::UnfitBundle {
            source: BundleError::UnsuitableUrl { .. },
            ..
        } => Some(
            "the bundle was made for another app: make it with this key's id as its base URL, or give `--id`"
                .to_owned(),
        ),
        _ => None,
    }
}

fn of_run(error: &RunError) -> Option<String> {
    match error {
        RunError::AlreadyRunning(_) => Some("close it first, or leave `--console` and `--automation` away".to_owned()),
        RunError::Unreachable { .. } => Some("end that process if it hangs, and try again".to_owned()),
        RunError::NoDisplay => Some("log in to a desktop, or start Xvfb and set DISPLAY".to_owned()),
        RunError::Sandbox(error) => of_sandbox(error),
        _ => None,
    }
}

fn of_sandbox(error: &SandboxError) -> Option<String> {
    match error {
        SandboxError::Missing(program) => {
            let package = if *program == "bwrap" { "bubblewrap" } else { program };
            Some(format!("install the package {package}"))
        }
        SandboxError::Refused(_) => Some(
            "this user must be able to make namespaces: see what the kernel's settings for user namespaces, or the \
             container that this is, forbid"
                .to_owned(),
        ),
        _ => None,
    }
}

fn of_io(error: &io::Error) -> Option<String> {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Some(MAKE_ROOM.to_owned()),
        _ => None,
    }
}

fn of_key(error: &KeyError) -> Option<String> {
    match error {
        KeyError::NotAPrivateKey => Some("make a key: `insula keygen -o key.pem`".to_owned()),
        KeyError::Encrypted => Some("decrypt it: `openssl pkey -in KEY -out DECRYPTED`".to_owned()),
        _ => None,
    }
}
