//! The response header `Permissions-Policy`: a structured field (RFC 9651), a dictionary whose keys are features and
//! whose values are allowlists (Permissions Policy, section 6.1).

use sfv::{BareItem, Dictionary, ListEntry, Parser};

use super::{MAXIMUM_FEATURES, MAXIMUM_ORIGINS, PermissionsPolicy, canonical, covers, origin};
use url::Url;

/// What a response's `Permissions-Policy` leaves the document that comes with it: a page in a frame, for instance.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResponsePolicy(PermissionsPolicy);

impl ResponsePolicy {
    /// Reads the value of the header that a document came with. One that cannot be read takes nothing.
    pub fn parse(value: &str, document: &Url) -> Self {
        Self(parse_for(value, Some(document)).unwrap_or_default())
    }

    /// Whether the document itself may use a feature, as far as the header says.
    pub fn allows(&self, feature: &str) -> bool {
        self.0.features.get(feature).is_none_or(|allowed| *allowed)
    }
}

/// Reads a header's value. Nothing when it is no dictionary: such a header is ignored as a whole.
pub(super) fn parse(value: &str) -> Option<PermissionsPolicy> {
    parse_for(value, None)
}

/// The same for a document whose origin may be named.
fn parse_for(value: &str, document: Option<&Url>) -> Option<PermissionsPolicy> {
    let members: Dictionary = Parser::new(value).parse().ok()?;
    if members.len() > MAXIMUM_FEATURES {
        return None;
    }
    let mut policy = PermissionsPolicy::default();
    for (name, member) in &members {
        let allows_self = allows_self(member, document)?;
        for feature in canonical(name.as_str()) {
            policy.features.insert(feature, allows_self);
        }
    }
    Some(policy)
}

/// Whether the page itself is in an allowlist: a list of items in parentheses, or one item. Nothing when the list is too
/// long. Parameters, such as where to report to, mean nothing here.
fn allows_self(member: &ListEntry, document: Option<&Url>) -> Option<bool> {
    let is_self = |item: &BareItem| is_self(item, document);
    match member {
        ListEntry::InnerList(list) if list.items.len() >= MAXIMUM_ORIGINS => None,
        ListEntry::InnerList(list) => Some(list.items.iter().any(|item| is_self(&item.bare_item))),
        ListEntry::Item(item) => Some(is_self(&item.bare_item)),
    }
}

/// Whether an item has the page itself in it. Other origins have not, and the standard leaves out what it does not know.
fn is_self(item: &BareItem, document: Option<&Url>) -> bool {
    match item {
        BareItem::Token(token) => matches!(token.as_str(), "*" | "self"),
        BareItem::String(text) => {
            let listed = origin(text.as_str());
            listed
                .zip(document)
                .is_some_and(|(listed, document)| covers(&listed, document))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The features that a header leaves to the page itself, of those that it lists.
    #[track_caller]
    fn check(value: &str, left: &[&str], taken: &[&str]) {
        let policy = parse(value).unwrap_or_else(|| panic!("{value} is a policy"));
        assert_eq!(policy.own_features().collect::<Vec<_>>(), left, "{value}");
        for feature in taken {
            assert_eq!(policy.features.get(feature), Some(&false), "{value}");
        }
    }

    #[test]
    fn a_feature_is_left_to_the_page_when_its_list_has_the_page() {
        check("camera=()", &[], &["camera"]);
        check("camera=( )", &[], &["camera"]);
        check("camera=(self)", &["camera"], &[]);
        check("camera=self", &["camera"], &[]);
        check("camera=*", &["camera"], &[]);
        check("camera=(*)", &["camera"], &[]);
        check("camera=(\"https://example.com\")", &[], &["camera"]);
        check("camera=(\"https://example.com\" self)", &["camera"], &[]);
        check("camera", &[], &["camera"]);
        check("camera=none", &[], &["camera"]);
        check("camera=\"self\"", &[], &["camera"]);
        check("camera=?1, usb=1.5, hid=:AA==:", &[], &["camera", "usb", "hid"]);
    }

    #[test]
    fn what_is_not_known_is_passed_over() {
        check(
            "no-such-thing=(), camera=() , usb=(self);report-to=main, geolocation=(self;a=1 \"x\\\"y\";b)",
            &["geolocation", "usb"],
            &["camera"],
        );
        check("camera=(), camera=(self)", &["camera"], &[]);
        check("controlledframe=()", &[], &["controlled-frame"]);
        check("", &[], &[]);
    }

    #[test]
    fn what_is_no_dictionary_is_no_policy() {
        for value in [
            "camera=",
            "camera=(",
            "camera=(self",
            "camera=(self\"x\")",
            "camera 'none'",
            "camera=(),",
            "camera=(),,usb=()",
            "Camera=()",
            "camera=\"",
            "camera=(self);",
            "camera=\u{e9}",
            "camera='none'",
        ] {
            assert!(parse(value).is_none(), "{value}");
        }
        let endless: Vec<_> = (0..=MAXIMUM_FEATURES)
            .map(|number| format!("feature{number}=()"))
            .collect();
        assert!(parse(&endless.join(", ")).is_none());
    }

    #[test]
    fn a_document_is_left_what_the_header_does_not_take() {
        let url = Url::parse("https://meet.example/room").unwrap();
        let policy = |value| ResponsePolicy::parse(value, &url);
        assert!(policy("").allows("camera") && policy("camera=(").allows("camera"));
        assert!(!policy("camera=()").allows("camera") && policy("camera=()").allows("usb"));
        assert!(policy("camera=(\"https://meet.example\")").allows("camera"));
        assert!(policy("camera=\"https://*.example\"").allows("camera"));
        assert!(!policy("camera=(\"https://other.example\")").allows("camera"));
    }
}
