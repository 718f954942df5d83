//! When a page starts another program.
//!
//! The engine does not say which document of a page wants to leave it. So as long as another origin's document is in the
//! page, the user is asked, and only for what a click or a key led to. A program other than the browser does things that
//! no page should start by surprise: the user is asked about it in any case.

/// A page that wants to leave for another program.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attempt {
    /// Whether a click or a key led to it, by the engine's word.
    pub(super) by_user: bool,
    /// Whether it is a page on the web, and the program the browser.
    pub(super) is_web: bool,
    /// Whether another origin's document is in the page.
    pub(super) has_strangers: bool,
}

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Open,
    Ask,
    Refuse,
}

pub(super) fn decide(attempt: Attempt) -> Verdict {
    match attempt {
        Attempt {
            by_user: false,
            has_strangers: true,
            ..
        } => Verdict::Refuse,
        Attempt {
            by_user: true,
            is_web: true,
            has_strangers: false,
        } => Verdict::Open,
        _ => Verdict::Ask,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_app_alone_opens_the_browser_unasked_and_only_by_a_click() {
        let decide = |by_user, is_web, has_strangers| {
            decide(Attempt {
                by_user,
                is_web,
                has_strangers,
            })
        };
        assert_eq!(decide(true, true, false), Verdict::Open);
        // An app that has asked a server where to go has no click left by then.
        assert_eq!(decide(false, true, false), Verdict::Ask);
        assert_eq!(decide(true, false, false), Verdict::Ask);
        assert_eq!(decide(false, false, false), Verdict::Ask);
        for is_web in [true, false] {
            assert_eq!(decide(true, is_web, true), Verdict::Ask);
            assert_eq!(decide(false, is_web, true), Verdict::Refuse);
        }
    }
}
