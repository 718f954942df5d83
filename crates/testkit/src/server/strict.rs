//! A site that allows others nothing: what a browser would keep an app away from.

use super::{Reply, Request, Site};
use crate::trust::Authority;

/// The colour of every page's background, to be found on the screen.
pub const PAGE: crate::Colour = crate::Colour(0x33, 0x99, 0x66);

/// The site over http. `/` forbids every embedding, by the old header and the new; its policy allows no script at
/// all. `/feed.xml` says nothing about CORS. `/picture.svg` is for its own origin only.
pub fn site() -> Site {
    Site::start(answer)
}

/// The same over https.
pub fn site_tls(authority: &Authority) -> Site {
    Site::start_tls(authority, answer)
}

fn answer(request: &Request) -> Reply {
    match request.path() {
        "/" => page(
            "Strict site",
            "<h1>This site forbids embedding</h1><p><a href=/other>Another page</a>",
        ),
        "/other" => page("Another page", "<h1>Another page of the site</h1><p><a href=/>Back</a>"),
        "/feed.xml" => Reply::of("application/rss+xml", FEED),
        "/picture.svg" => Reply::of("image/svg+xml", PICTURE).header("Cross-Origin-Resource-Policy", "same-origin"),
        _ => Reply::not_found(),
    }
}

fn page(title: &str, content: &str) -> Reply {
    let html = format!(
        "<!doctype html><meta charset=utf-8><title>{title}</title>\
         <style>html {{ background: #339966; color: #fff; font: 18px sans-serif }} a {{ color: #fff }}</style>{content}"
    );
    Reply::html(html)
        .header("X-Frame-Options", "DENY")
        .header(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; require-trusted-types-for 'script'",
        )
        .header("Cross-Origin-Resource-Policy", "same-origin")
}

const FEED: &str = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Feed</title>\
    <item><title>The first island</title></item><item><title>The second island</title></item></channel></rss>";

const PICTURE: &str =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"40\" height=\"40\"><rect width=\"40\" height=\"40\"/></svg>";
