//! The small pages that the runtime shows in the place of an app's own, when something went wrong.

use crate::translations::filled;
use gtk4::glib;

const PAGE: &str = include_str!("notice.html");

/// A page with a heading, a sentence, and perhaps a link of this address and text, in the look of the desktop: light or
/// dark, and of high contrast.
pub(crate) fn page(heading: &str, sentence: &str, link: Option<(&str, &str)>) -> String {
    let escaped = |text: &str| glib::markup_escape_text(text).to_string();
    let link = link.map_or_else(String::new, |(address, text)| {
        format!(
            "<a class=\"button\" href=\"{}\" dir=\"auto\">{}</a>",
            escaped(address),
            escaped(text)
        )
    });
    filled(
        PAGE,
        &[
            ("heading", &escaped(heading)),
            ("sentence", &escaped(sentence)),
            ("link", &link),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::page;

    #[test]
    fn an_address_cannot_end_its_attribute() {
        let page = page("404", "Gone.", Some(("isolated-app://x/?\"><script>", "Start page")));
        assert!(!page.contains("<script>") && page.contains("?&quot;&gt;"), "{page}");
    }

    #[test]
    fn what_is_told_is_text() {
        let page = page("<b>", "{link} </p>", None);
        assert!(
            page.contains("&lt;b&gt;") && page.contains("{link} &lt;/p&gt;"),
            "{page}"
        );
    }
}
