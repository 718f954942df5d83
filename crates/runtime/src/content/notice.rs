//! The small pages that the runtime shows in the place of an app's own, when something went wrong.

use gtk4::glib;

/// A page with a heading, a sentence, and perhaps a link of this address and text. It is light or dark as the desktop is.
pub(crate) fn page(heading: &str, sentence: &str, link: Option<(&str, &str)>) -> String {
    let link = link.map_or_else(String::new, |(address, text)| {
        format!(
            "<p><a href=\"{}\">{}</a>",
            glib::markup_escape_text(address),
            glib::markup_escape_text(text)
        )
    });
    format!(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=color-scheme content=\"light dark\">\
         <title>{heading}</title><style>body {{ font: 16px sans-serif; margin: 3em }}</style>\
         <h1>{heading}</h1><p>{sentence}</p>{link}"
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
}
