use std::path::Path;

/// The media type of a file by the ending of its name, as the web knows it.
///
/// A table of our own: what an app is made of is few types, and a bundle should not change because
/// the machine that packs it has another list. Unknown endings are `application/octet-stream`.
pub fn media_type(path: &Path) -> &'static str {
    let extension = path
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default();
    let extension = extension.to_ascii_lowercase();
    TABLE
        .iter()
        .find(|(extensions, _)| extensions.contains(&extension.as_str()))
        .map_or("application/octet-stream", |(_, media_type)| media_type)
}

const TABLE: &[(&[&str], &str)] = &[
    // Documents and code. Script of any other type does not run as a module.
    (&["html", "htm"], "text/html"),
    (&["xhtml"], "application/xhtml+xml"),
    (&["js", "mjs", "cjs"], "text/javascript"),
    (&["css"], "text/css"),
    (&["wasm"], "application/wasm"),
    (&["json", "map"], "application/json"),
    (&["webmanifest"], "application/manifest+json"),
    (&["xml"], "application/xml"),
    (&["txt", "text", "log"], "text/plain"),
    (&["md"], "text/markdown"),
    (&["csv"], "text/csv"),
    (&["vtt"], "text/vtt"),
    (&["ics"], "text/calendar"),
    (&["pdf"], "application/pdf"),
    // Images.
    (&["png"], "image/png"),
    (&["jpg", "jpeg"], "image/jpeg"),
    (&["gif"], "image/gif"),
    (&["svg"], "image/svg+xml"),
    (&["webp"], "image/webp"),
    (&["avif"], "image/avif"),
    (&["ico"], "image/x-icon"),
    (&["bmp"], "image/bmp"),
    // Fonts.
    (&["woff"], "font/woff"),
    (&["woff2"], "font/woff2"),
    (&["ttf"], "font/ttf"),
    (&["otf"], "font/otf"),
    // Sound and pictures that move.
    (&["mp3"], "audio/mpeg"),
    (&["m4a"], "audio/mp4"),
    (&["aac"], "audio/aac"),
    (&["oga", "ogg", "opus"], "audio/ogg"),
    (&["wav"], "audio/wav"),
    (&["flac"], "audio/flac"),
    (&["weba"], "audio/webm"),
    (&["mp4", "m4v"], "video/mp4"),
    (&["webm"], "video/webm"),
    (&["ogv"], "video/ogg"),
    (&["m3u8"], "application/vnd.apple.mpegurl"),
    // Archives and bundles.
    (&["zip"], "application/zip"),
    (&["gz"], "application/gzip"),
    (&["wbn", "swbn"], "application/webbundle"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_decide_in_any_letter_case() {
        let check = |path: &str, expected: &str| assert_eq!(media_type(Path::new(path)), expected, "{path}");
        check("index.html", "text/html");
        check("a/B.MJS", "text/javascript");
        check(".well-known/manifest.webmanifest", "application/manifest+json");
        check("engine.wasm", "application/wasm");
        check("jquery.min.js", "text/javascript");
        check("LICENSE", "application/octet-stream");
        check("archive.tar.xz", "application/octet-stream");
    }

    #[test]
    fn no_ending_is_in_the_table_twice() {
        let mut endings: Vec<_> = TABLE.iter().flat_map(|(endings, _)| *endings).collect();
        endings.sort();
        assert!(endings.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
