//! The keys that have taken the place of others: `KeyRotations`, or the file `key-rotation.json`.
//!
//! What was to be taken from a key must not stay with it because of a slip: an app whose item cannot be read is withdrawn,
//! and where nobody can say which app an item is about, none is installed or updated.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use insula_bundle::{KeyRotation, KeyRotations, KeyType, PublicKey, SignedWebBundleId};
use serde_json::{Map, Value};

use super::keys::Report;
use super::{Consequence, meant};

/// What the policy is called.
pub(super) const KEY: &str = "KeyRotations";

/// The file that has nothing but this policy's value in it.
pub(super) const FILE_NAME: &str = "key-rotation.json";

/// Apps at most.
const MOST: usize = 10_000;

/// Reads the policy. Where it cannot be read at all, no app is installed or updated.
pub(super) fn read(value: &Value, report: &mut Report<'_>) -> KeyRotations {
    let mut rotations = KeyRotations::default();
    let apps = meant::object(value).map(|meant| report.meant(meant));
    let Some(apps) = apps.filter(|apps| apps.len() <= MOST) else {
        let message = format!(
            "it must be an object with the ids of {MOST} apps at most: no app is installed or updated until that is \
             repaired"
        );
        report.add(message, Consequence::OrderSkipped);
        rotations.doubt();
        return rotations;
    };
    for (id, value) in &apps {
        match id.trim().parse::<SignedWebBundleId>() {
            Ok(app) => rotations.add(app, rotation(id, value, report)),
            Err(error) => {
                let message = format!("“{id}” is no app: {error}; none is installed or updated until that is repaired");
                report.add_member(id, message, Consequence::OrderSkipped);
                rotations.doubt();
            }
        }
    }
    rotations
}

fn rotation(id: &str, value: &Value, report: &mut Report<'_>) -> KeyRotation {
    match expected(value) {
        Ok(expected) => KeyRotation {
            expected,
            previous: value.as_object().and_then(|members| previous(id, members, report)),
        },
        Err(message) => {
            let message = format!("{message}; the app is withdrawn until that is repaired");
            report.add_member(id, message, Consequence::OrderSkipped);
            KeyRotation::default()
        }
    }
}

fn expected(value: &Value) -> Result<Option<PublicKey>, &'static str> {
    let members = value.as_object().ok_or("an app has an object with `expected_key`")?;
    match members.get("expected_key") {
        None => Err("it has no `expected_key`: a key in base64, or null to withdraw the app"),
        Some(Value::Null) => Ok(None),
        Some(value) => match key(value) {
            Some(key) => Ok(Some(key)),
            None => Err("`expected_key` is no public key of 32 or 33 bytes in base64"),
        },
    }
}

/// Without it nothing but the new key counts.
fn previous(id: &str, members: &Map<String, Value>, report: &mut Report<'_>) -> Option<PublicKey> {
    let is_unknown = |name: &&String| !["expected_key", "previous_key"].contains(&name.as_str());
    for name in members.keys().filter(is_unknown) {
        report.add_member(
            id,
            format!("there is no member `{name}` here"),
            Consequence::OrderSkipped,
        );
    }
    let value = members.get("previous_key").filter(|value| !value.is_null())?;
    let key = key(value);
    if key.is_none() {
        let message = "`previous_key` is no public key of 32 or 33 bytes in base64: no earlier key counts";
        report.add_member(id, message, Consequence::OrderSkipped);
    }
    key
}

fn key(value: &Value) -> Option<PublicKey> {
    let text = value.as_str()?.trim();
    let bytes = BASE64
        .decode(text.as_bytes())
        .or_else(|_| BASE64URL_NOPAD.decode(text.trim_end_matches('=').as_bytes()))
        .ok()?;
    let key_type = match bytes.len() {
        32 => KeyType::Ed25519,
        _ => KeyType::EcdsaP256Sha256,
    };
    PublicKey::from_bytes(key_type, &bytes)
}
