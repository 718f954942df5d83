//! What a page says of the app that it belongs to.

use std::cell::RefCell;

use html5ever::TokenizerResult;
use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
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
    let reader = Tokenizer::new(Reader::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(String::from_utf8_lossy(html).as_ref()));
    while let TokenizerResult::Script(()) = reader.feed(&input) {}
    reader.end();
    let seen = reader.sink.seen.take();
    let base = seen.base.and_then(|base| url.join(base.trim()).ok());
    let base = base.filter(|base| matches!(base.scheme(), "http" | "https"));
    let base = base.as_ref().unwrap_or(url);
    let resolve = |href: &String| base.join(href.trim()).ok();
    Links {
        manifest: seen.manifest.as_ref().and_then(resolve),
        icons: seen.icons.iter().filter_map(resolve).collect(),
    }
}

/// Notes the links among the tags of a page.
#[derive(Default)]
struct Reader {
    seen: RefCell<Seen>,
}

#[derive(Default)]
struct Seen {
    base: Option<String>,
    manifest: Option<String>,
    icons: Vec<String>,
}

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let Token::TagToken(tag) = token else {
            return TokenSinkResult::Continue;
        };
        if tag.kind != TagKind::StartTag {
            return TokenSinkResult::Continue;
        }
        match &*tag.name {
            "base" => self.note_base(&tag),
            "link" => self.note_link(&tag),
            // What looks like a tag in these is none (HTML, "parsing HTML documents").
            "script" => return TokenSinkResult::RawData(RawKind::ScriptData),
            "title" | "textarea" => return TokenSinkResult::RawData(RawKind::Rcdata),
            "style" | "xmp" | "iframe" | "noembed" | "noframes" => {
                return TokenSinkResult::RawData(RawKind::Rawtext);
            }
            "plaintext" => return TokenSinkResult::Plaintext,
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl Reader {
    fn note_base(&self, tag: &Tag) {
        let mut seen = self.seen.borrow_mut();
        if seen.base.is_none() {
            seen.base = attribute(tag, "href");
        }
    }

    fn note_link(&self, tag: &Tag) {
        let (Some(rel), Some(href)) = (attribute(tag, "rel"), attribute(tag, "href")) else {
            return;
        };
        let has = |kind: &str| {
            rel.split_ascii_whitespace()
                .any(|token| token.eq_ignore_ascii_case(kind))
        };
        let mut seen = self.seen.borrow_mut();
        if has("manifest") {
            seen.manifest.get_or_insert(href);
        } else if (has("icon") || has("apple-touch-icon")) && seen.icons.len() < MAXIMUM_ICONS {
            seen.icons.push(href);
        }
    }
}

fn attribute(tag: &Tag, name: &str) -> Option<String> {
    let found = tag.attrs.iter().find(|attribute| &*attribute.name.local == name);
    found.map(|attribute| attribute.value.to_string())
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
