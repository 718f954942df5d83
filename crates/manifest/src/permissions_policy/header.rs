//! The response header `Permissions-Policy`: a structured field (RFC 9651), a dictionary whose keys are features and
//! whose values are allowlists (Permissions Policy, section 6.1).

use super::{Allowlist, MAXIMUM_FEATURES, MAXIMUM_ORIGINS, PermissionsPolicy, canonical, origin};

/// Reads a header's value. Nothing when it is no dictionary: such a header is ignored as a whole.
pub(super) fn parse(value: &str) -> Option<PermissionsPolicy> {
    let mut input = Input(value.trim_matches(' '));
    let mut policy = PermissionsPolicy::default();
    for _ in 0..MAXIMUM_FEATURES {
        if input.0.is_empty() {
            return Some(policy);
        }
        let name = input.key()?;
        let list = match input.take('=') {
            true => input.allowlist()?,
            // A key alone is the value true, which names nobody.
            false => Allowlist::default(),
        };
        input.parameters()?;
        for feature in canonical(name) {
            // As in every dictionary the last one counts.
            policy.features.insert(feature, list.clone());
        }
        input.skip_whitespace();
        if !input.0.is_empty() {
            input.take(',').then_some(())?;
            input.skip_whitespace();
            // Nothing may follow a comma but a member.
            (!input.0.is_empty()).then_some(())?;
        }
    }
    input.0.is_empty().then_some(policy)
}

/// What is still to be read.
struct Input<'a>(&'a str);

/// A bare item, as far as allowlists tell them apart.
enum Item<'a> {
    Token(&'a str),
    String(String),
    Other,
}

impl<'a> Input<'a> {
    fn take(&mut self, expected: char) -> bool {
        let rest = self.0.strip_prefix(expected);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn skip_whitespace(&mut self) {
        self.0 = self.0.trim_start_matches([' ', '\t']);
    }

    /// What is at the beginning, as long as its characters fit.
    fn take_while(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let end = self.0.find(|character| !fits(character)).unwrap_or(self.0.len());
        let (taken, rest) = self.0.split_at(end);
        self.0 = rest;
        taken
    }

    fn key(&mut self) -> Option<&'a str> {
        let begins = |first: char| first.is_ascii_lowercase() || first == '*';
        self.0
            .starts_with(begins)
            .then(|| self.take_while(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || "_-.*".contains(it)))
    }

    /// An item or a list of items in parentheses.
    fn allowlist(&mut self) -> Option<Allowlist> {
        let mut list = Allowlist::default();
        if !self.take('(') {
            let item = self.item()?;
            // Only a list may name origins.
            if !matches!(item, Item::String(_)) {
                list.add(item);
            }
            return Some(list);
        }
        for _ in 0..MAXIMUM_ORIGINS {
            self.0 = self.0.trim_start_matches(' ');
            if self.take(')') {
                return Some(list);
            }
            list.add(self.item()?);
            self.parameters()?;
            self.0.starts_with([' ', ')']).then_some(())?;
        }
        None
    }

    fn item(&mut self) -> Option<Item<'a>> {
        match self.0.chars().next()? {
            '"' => self.string().map(Item::String),
            '?' => {
                self.take('?');
                (self.take('0') || self.take('1')).then_some(Item::Other)
            }
            ':' => {
                self.take(':');
                self.take_while(|it| it.is_ascii_alphanumeric() || "+/=".contains(it));
                self.take(':').then_some(Item::Other)
            }
            '-' | '0'..='9' => {
                self.take_while(|it| it.is_ascii_digit() || "-.".contains(it));
                Some(Item::Other)
            }
            first if first.is_ascii_alphabetic() || first == '*' => {
                Some(Item::Token(self.take_while(|it| {
                    it.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~:/".contains(it)
                })))
            }
            _ => None,
        }
    }

    fn string(&mut self) -> Option<String> {
        self.take('"');
        let mut string = String::new();
        let mut characters = self.0.chars();
        loop {
            match characters.next()? {
                '"' => break,
                '\\' => string.push(characters.next().filter(|it| matches!(it, '"' | '\\'))?),
                character @ ' '..='~' => string.push(character),
                _ => return None,
            }
        }
        self.0 = characters.as_str();
        Some(string)
    }

    /// Parameters, such as where to report to. They mean nothing here.
    fn parameters(&mut self) -> Option<()> {
        while self.take(';') {
            self.0 = self.0.trim_start_matches(' ');
            self.key()?;
            if self.take('=') {
                self.item()?;
            }
        }
        Some(())
    }
}

impl Allowlist {
    fn add(&mut self, item: Item<'_>) {
        match item {
            Item::Token("*") => self.everyone = true,
            Item::Token("self") => self.app_itself = true,
            Item::String(text) => self.origins.extend(origin(&text)),
            // The standard leaves out what it does not know.
            Item::Token(_) | Item::Other => {}
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
        let endless = "camera=(), ".repeat(MAXIMUM_FEATURES) + "usb=()";
        assert!(parse(&endless).is_none());
    }
}
