//! What a page says of the app that it belongs to.

use std::cell::RefCell;
use std::rc::Rc;

use lol_html::{HtmlRewriter, Settings, element};
use url::Url;

/// Most links to icons that are read.
const MAXIMUM_ICONS: usize = 50;

/// The links of a page that matter for an app.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Links {
    /// Where the manifest is.
    pub(crate) manifest: Option<Url>,
    /// Pictures that stand for the page, for a manifest that has none.
    pub(crate) icons: Vec<Url>,
}

/// Reads the links of a page (HTML, "link type manifest": the first one counts). What is not HTML has none.
pub(crate) fn links(html: &[u8], url: &Url) -> Links {
    #[derive(Default)]
    struct Seen {
        base: Option<Url>,
        manifest: Option<String>,
        icons: Vec<String>,
    }
    let seen = Rc::new(RefCell::new(Seen::default()));
    let (of_base, of_links) = (seen.clone(), seen.clone());
    let own = url.clone();
    let base = element!("base[href]", move |element| {
        let base = element
            .get_attribute("href")
            .and_then(|href| own.join(href.trim()).ok());
        let mut seen = of_base.borrow_mut();
        if seen.base.is_none() {
            seen.base = base.filter(|base| matches!(base.scheme(), "http" | "https"));
        }
        Ok(())
    });
    let link = element!("link[rel][href]", move |element| {
        let (rel, href) = (element.get_attribute("rel"), element.get_attribute("href"));
        let (Some(rel), Some(href)) = (rel, href) else {
            return Ok(());
        };
        let has = |kind: &str| {
            rel.split_ascii_whitespace()
                .any(|token| token.eq_ignore_ascii_case(kind))
        };
        let mut seen = of_links.borrow_mut();
        if has("manifest") {
            seen.manifest.get_or_insert(href);
        } else if (has("icon") || has("apple-touch-icon")) && seen.icons.len() < MAXIMUM_ICONS {
            seen.icons.push(href);
        }
        Ok(())
    });
    let settings = Settings::new()
        .append_element_content_handler(base)
        .append_element_content_handler(link)
        .with_strict(false);
    let mut reader = HtmlRewriter::new(settings, |_: &[u8]| {});
    // What comes after something that it cannot read is not read.
    let _ = reader.write(html).and_then(|()| reader.end());
    let seen = seen.take();
    let base = seen.base.as_ref().unwrap_or(url);
    let resolve = |href: &String| base.join(&decoded(href.trim())).ok();
    Links {
        manifest: seen.manifest.as_ref().and_then(resolve),
        icons: seen.icons.iter().filter_map(resolve).collect(),
    }
}

/// An attribute as the parser has it: the ampersand, which URLs have, is written as a reference.
fn decoded(attribute: &str) -> String {
    attribute.replace("&amp;", "&").replace("&#38;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, manifest: Option<&str>) {
        let url = Url::parse("https://example.com/app/index.html").unwrap();
        let found = links(html.as_bytes(), &url).manifest;
        assert_eq!(found.as_ref().map(Url::as_str), manifest, "{html}");
    }

    #[test]
    fn a_page_links_to_its_manifest() {
        let expected = Some("https://example.com/app/m.json");
        for html in [
            "<!doctype html><link rel=manifest href=m.json>",
            "<LINK HREF='m.json' REL='Manifest'/>",
            "<head><link rel=\"icon manifest\" href=\" m.json \"></head>",
            "<link rel=manifest href=m.json><link rel=manifest href=second.json>",
            "<!-- <link rel=manifest href=no.json> --><link rel=manifest href=m.json>",
            "<script>'<link rel=manifest href=no.json>'</script><link rel=manifest href=m.json>",
            "<base href=/app/><link rel=manifest href=m.json>",
        ] {
            check(html, expected);
        }
        check(
            "<base href=https://cdn.example/><link rel=manifest href=m>",
            Some("https://cdn.example/m"),
        );
        check(
            "<link rel=manifest href='/m?a=1&amp;b=2'>",
            Some("https://example.com/m?a=1&b=2"),
        );
    }

    #[test]
    fn a_page_without_one_is_no_app() {
        for html in [
            "",
            "plain text",
            "<link rel=stylesheet href=m.json>",
            "<link rel=manifest>",
            "\0\u{1}<link",
        ] {
            check(html, None);
        }
        check(&format!("{}<p>", "<div>".repeat(100_000)), None);
    }
}
