//! Whether frames stand in the markup of a page: then a view is made ready for them before the page has loaded.
//!
//! This is a guess, not a parser: a wrong one costs a view that nobody needs for a moment, or the first frame some time.

use insula_apps::Response;

const TAG: &[u8] = b"<controlledframe";
const COMMENT: (&[u8], &[u8]) = (b"<!--", b"-->");

/// How much of a page is looked at: it is done before the page is loaded. Frames further down can wait for that.
const MOST: usize = 1 << 20;

/// Whether frames stand in a page. In a body that is encoded they are not seen.
pub(crate) fn has_frames(page: &Response) -> bool {
    is_html(page.header("content-type")) && stand_in(page.body().as_ref())
}

/// Whether a response of this type is an HTML document. One without a type can be.
fn is_html(content_type: Option<&str>) -> bool {
    let essence = content_type.and_then(|it| it.split(';').next());
    essence.is_none_or(|essence| essence.trim().eq_ignore_ascii_case("text/html"))
}

/// Whether frames stand in the beginning of an HTML document, outside of its comments.
fn stand_in(html: &[u8]) -> bool {
    let mut rest = &html[..html.len().min(MOST)];
    while let Some(start) = rest.iter().position(|byte| *byte == b'<') {
        rest = &rest[start..];
        if begins_with_tag(rest) {
            return true;
        }
        rest = match rest.strip_prefix(COMMENT.0) {
            Some(comment) => after(comment, COMMENT.1),
            None => &rest[1..],
        };
    }
    false
}

/// Whether a frame's tag is the first thing in some markup, and not one whose name only begins so.
fn begins_with_tag(markup: &[u8]) -> bool {
    let Some((name, rest)) = markup.split_at_checked(TAG.len()) else {
        return false;
    };
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>');
    name.eq_ignore_ascii_case(TAG) && rest.first().is_some_and(is_end)
}

/// What comes after the first place with these bytes; nothing where there is none.
fn after<'a>(bytes: &'a [u8], end: &[u8]) -> &'a [u8] {
    let place = bytes.windows(end.len()).position(|window| window == end);
    place.map_or(&[], |place| &bytes[place + end.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_counts_however_it_is_written() {
        for html in [
            "<!doctype html><controlledframe></controlledframe>",
            "<controlledframe/>",
            "<CONTROLLEDFRAME SRC='https://example.org/'>",
            "<p>text <ControlledFrame\n  id=one\n  src='https://example.org/'\n></ControlledFrame>",
            "<<controlledframe>",
            "<!-- none --><controlledframe>",
            "<!-- <b> -- > --><controlledframe>",
            "<p title='<!--'></p>--><controlledframe>",
        ] {
            assert!(stand_in(html.as_bytes()), "{html}");
        }
    }

    #[test]
    fn what_only_looks_like_one_does_not() {
        for html in [
            "",
            "<",
            "<controlledframe",
            "</controlledframe>",
            "< controlledframe>",
            "<controlledframes>",
            "<controlledframe-list>",
            "&lt;controlledframe>",
            "<p class=controlledframe>controlledframe</p>",
            "<controlled<b>frame</b>>",
            "<!-- <controlledframe></controlledframe> -->",
            "<!-- <controlledframe></controlledframe>",
            "<style>controlledframe { display: block }</style>",
        ] {
            assert!(!stand_in(html.as_bytes()), "{html}");
        }
    }

    #[test]
    fn a_huge_page_is_looked_at_from_its_beginning() {
        let filled = |before: usize| [" ".repeat(before).as_bytes(), TAG, b">"].concat();
        assert!(stand_in(&filled(MOST - TAG.len() - 1)));
        assert!(!stand_in(&filled(MOST)));
        let comments = "<!--".repeat(MOST);
        assert!(!stand_in(comments.as_bytes()));
    }

    #[test]
    fn only_html_has_frames() {
        for html in [
            None,
            Some("text/html"),
            Some("Text/HTML; charset=utf-8"),
            Some(" text/html ;"),
        ] {
            assert!(is_html(html), "{html:?}");
        }
        for other in ["text/plain", "image/svg+xml", "application/json", "text/html-ish", ""] {
            assert!(!is_html(Some(other)), "{other}");
        }
    }
}
