//! Manifests that say what an organisation orders, and not what the site says of itself.

use serde_json::{Map, Value, json};
use url::Url;

use crate::ManifestError;
use crate::json::parse_object;

/// A manifest with another name, and otherwise as it is.
///
/// # Errors
///
/// It is no manifest.
pub fn with_name(manifest: &[u8], name: &str) -> Result<Vec<u8>, ManifestError> {
    let mut members = parse_object(manifest)?;
    members.remove("short_name");
    members.insert("name".to_owned(), name.into());
    Ok(written(members))
}

/// The manifest of a site that has none: its app is the page at this URL and what is beside and below it.
pub fn of_page(url: &Url, name: &str) -> Vec<u8> {
    let members = [
        ("name", json!(name)),
        ("start_url", json!(url.as_str())),
        ("display", json!("standalone")),
    ];
    written(
        members
            .map(|(member, value)| (member.to_owned(), value))
            .into_iter()
            .collect(),
    )
}

fn written(members: Map<String, Value>) -> Vec<u8> {
    Value::Object(members).to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Manifest;

    #[test]
    fn an_app_is_the_same_under_the_name_that_is_ordered() {
        let page = Url::parse("https://mail.example/app/start?a=1").unwrap();
        let own = br#"{ "name": "Mail", "short_name": "M", "id": "/app/", "start_url": "/app/", "dir": "rtl" }"#;
        let (expected, _) = Manifest::parse_linked(own, &page, &page).unwrap();
        let (named, _) = Manifest::parse_linked(&with_name(own, "Ours \"1\"").unwrap(), &page, &page).unwrap();
        assert_eq!(named.display_name(), Some("Ours \"1\""));
        assert_eq!(
            (named.short_name, named.id, named.scope),
            (None, expected.id, expected.scope)
        );
        assert!(with_name(b"[]", "Ours").is_err());
    }

    #[test]
    fn a_page_without_a_manifest_is_an_app_of_its_own_folder() {
        let page = Url::parse("https://mail.example/app/start?a=1").unwrap();
        let (manifest, warnings) = Manifest::parse_linked(&of_page(&page, "Mail"), &page, &page).unwrap();
        assert_eq!(manifest.check_web_app(), Ok(()));
        assert_eq!((manifest.display_name(), &manifest.start_url), (Some("Mail"), &page));
        assert_eq!(manifest.scope.as_str(), "https://mail.example/app/");
        assert!(warnings.is_empty(), "{warnings:?}");
    }
}
