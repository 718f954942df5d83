//! The response header `Permissions-Policy`: a structured field (RFC 9651), a dictionary whose keys are features and
//! whose values are allowlists (Permissions Policy, section 6.1).

use sfv::{BareItem, Dictionary, ListEntry, Parser};

use super::{Allowlist, MAXIMUM_FEATURES, MAXIMUM_ORIGINS, PermissionsPolicy, canonical, origin};

/// Reads a header's value. Nothing when it is no dictionary: such a header is ignored as a whole.
pub(super) fn parse(value: &str) -> Option<PermissionsPolicy> {
    let members: Dictionary = Parser::new(value).parse().ok()?;
    if members.len() > MAXIMUM_FEATURES {
        return None;
    }
    let mut policy = PermissionsPolicy::default();
    for (name, member) in &members {
        let list = allowlist(member)?;
        for feature in canonical(name.as_str()) {
            policy.features.insert(feature, list.clone());
        }
    }
    Some(policy)
}

/// A list of items in parentheses, or one item. Parameters, such as where to report to, mean nothing here.
fn allowlist(member: &ListEntry) -> Option<Allowlist> {
    let mut list = Allowlist::default();
    match member {
        ListEntry::InnerList(items) if items.items.len() >= MAXIMUM_ORIGINS => return None,
        ListEntry::InnerList(items) => items.items.iter().for_each(|item| list.add(&item.bare_item)),
        // Only a list may name origins.
        ListEntry::Item(item) if matches!(item.bare_item, BareItem::String(_)) => {}
        ListEntry::Item(item) => list.add(&item.bare_item),
    }
    Some(list)
}

impl Allowlist {
    fn add(&mut self, item: &BareItem) {
        match item {
            BareItem::Token(token) if token.as_str() == "*" => self.everyone = true,
            BareItem::Token(token) if token.as_str() == "self" => self.app_itself = true,
            BareItem::String(text) => self.origins.extend(origin(text.as_str())),
            // The standard leaves out what it does not know.
            _ => {}
        }
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
            assert!(policy.iter().any(|(listed, _)| listed == *feature), "{value}");
            assert!(!policy.allows_self(feature), "{value}");
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
}
