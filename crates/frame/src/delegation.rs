//! Which features of the app a frame's pages may ask for (Permissions Policy).

use url::Url;

/// Most directives of an `allow` that are read, and most origins in one of them.
const MOST: usize = 200;

/// What an element hands on, by its attributes `allow` and `allowfullscreen`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delegation {
    directives: Vec<(String, Allowlist)>,
    fills_screen: bool,
}

/// Which pages a directive hands its feature on to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Allowlist {
    /// Whatever the frame shows.
    all: bool,
    origins: Vec<Url>,
}

impl Delegation {
    /// Reads the attributes: the text of `allow`, and whether there is an `allowfullscreen`.
    pub fn new(allow: &str, fills_screen: bool) -> Self {
        let directives = allow.split(';').take(MOST).filter_map(|directive| {
            let mut tokens = directive.split_ascii_whitespace();
            let feature = tokens.next()?.to_ascii_lowercase();
            Some((feature, Allowlist::read(tokens)))
        });
        Self {
            directives: directives.collect(),
            fills_screen,
        }
    }

    /// Whether pages may fill the screen without the app being asked.
    pub fn fills_screen(&self) -> bool {
        self.fills_screen
    }

    /// Whether a page may ask for a feature. The manifest's allowlist has the app itself in it (`own`), or the page
    /// (`listed`). The page's being in it is enough, as in Chromium, whose element has no `allow`; what only the app
    /// has, `allow` can hand on. It can also keep a feature from pages.
    pub fn hands_on(&self, feature: &str, page: &Url, own: bool, listed: bool) -> bool {
        match self.says(feature, page) {
            Some(handed_on) => handed_on && (own || listed),
            None => listed,
        }
    }

    /// What the attributes say of a feature, if anything. As with `iframe`, a directive counts more than `allowfullscreen`,
    /// and of two the first.
    fn says(&self, feature: &str, page: &Url) -> Option<bool> {
        let directive = self.directives.iter().find(|(name, _)| name == feature);
        match directive {
            Some((_, allowlist)) => Some(allowlist.has(page)),
            None => (feature == "fullscreen" && self.fills_screen).then_some(true),
        }
    }
}

impl Allowlist {
    fn read<'a>(tokens: impl Iterator<Item = &'a str>) -> Self {
        let mut tokens = tokens.take(MOST).peekable();
        // Without a list it is the origin of `src`, which follows what the frame shows.
        let mut list = Self {
            all: tokens.peek().is_none(),
            origins: Vec::new(),
        };
        for token in tokens {
            match token.trim_matches('\'') {
                "*" | "src" => list.all = true,
                // The app's own origin is never shown in a frame.
                "self" | "none" => {}
                origin => list.origins.extend(Url::parse(origin)),
            }
        }
        list
    }

    fn has(&self, page: &Url) -> bool {
        self.all || self.origins.iter().any(|origin| origin.origin() == page.origin())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(allow: &str, own: bool, listed: bool, expected: bool) {
        let page = Url::parse("https://meet.example/room").unwrap();
        let delegation = Delegation::new(allow, false);
        let handed_on = delegation.hands_on("camera", &page, own, listed);
        assert_eq!(handed_on, expected, "{allow:?}, own {own}, listed {listed}");
    }

    #[test]
    fn a_page_that_the_manifest_lists_needs_no_attribute() {
        check("", true, true, true);
        check("", false, true, true);
        check("microphone", true, true, true);
        check("", true, false, false);
        check("", false, false, false);
    }

    #[test]
    fn what_only_the_app_has_the_attribute_hands_on() {
        for allow in [
            "camera",
            "camera *",
            "camera 'src'",
            "microphone; camera",
            " CAMERA ;",
            "camera https://meet.example",
            "camera 'self' https://meet.example/elsewhere https://other.example",
        ] {
            check(allow, true, false, true);
            check(allow, false, true, true);
            check(allow, false, false, false);
        }
    }

    #[test]
    fn the_attribute_keeps_a_feature_from_pages_that_it_does_not_name() {
        for allow in [
            "camera 'none'",
            "camera 'self'",
            "camera https://other.example",
            "camera http://meet.example",
            "camera https://meet.example:8443",
            "camera nonsense",
            "camera 'none'; camera *",
        ] {
            check(allow, true, true, false);
        }
    }

    #[test]
    fn allowfullscreen_hands_the_full_screen_on() {
        let page = Url::parse("https://meet.example/").unwrap();
        let hands_on = |allow, own, listed| Delegation::new(allow, true).hands_on("fullscreen", &page, own, listed);
        assert!(hands_on("", true, false) && hands_on("", false, true));
        assert!(!hands_on("", false, false) && !hands_on("fullscreen 'none'", true, true));
    }

    #[test]
    fn endless_attributes_are_cut_off() {
        let delegation = Delegation::new(&"camera 'none';".repeat(100_000), false);
        assert_eq!(delegation.directives.len(), MOST);
        let delegation = Delegation::new(&"camera ".repeat(100_000), false);
        assert!(delegation.directives[0].1.origins.is_empty());
    }
}
