//! An app's icon, from whatever picture there is.
//!
//! What is kept is a picture of our own making: what comes from a server is decoded here once, with bounds, and not by every
//! program that shows a menu.

use std::fs;
use std::io::Cursor;
use std::str;

use data_url::DataUrl;
use image::codecs::png::PngEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageReader, Limits, RgbaImage};
use insula_apps::{AppSource, LaunchableApp};
use insula_manifest::{Icon, IconPurpose};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};
use url::Url;

/// The side of an icon that is kept, in pixels.
pub const ICON_SIDE: u32 = 256;

/// No honest icon is longer, in bytes.
pub(crate) const MAXIMUM_BYTES: usize = 8 << 20;

/// No honest icon has a longer side, in pixels.
const MAXIMUM_SIDE: u32 = 8192;

/// How much memory decoding may take, in bytes.
const MAXIMUM_MEMORY: u64 = 300 << 20;

/// The icon of an app, as PNG of [`ICON_SIDE`]: that of a site as it was installed, that of
/// another from its own files or its developer's server.
pub fn icon_of(app: &LaunchableApp) -> Option<Vec<u8>> {
    if let AppSource::Site(site) = &app.source {
        return fs::read(site.icon()?).ok();
    }
    if let AppSource::Server(server) = &app.source {
        return server.icon().map(<[u8]>::to_vec);
    }
    let pictures = candidates(&app.manifest.icons, &[]).into_iter().filter_map(|url| {
        if url.scheme() == "data" {
            let (bytes, _) = DataUrl::process(url.as_str()).ok()?.decode_to_vec().ok()?;
            return Some(bytes);
        }
        let response = app.source.follow(url).ok()?.response;
        // What is coded there was made for a server.
        response
            .header("content-encoding")
            .is_none()
            .then(|| response.body().as_ref().to_vec())
    });
    pictures.take(MOST_TRIED).find_map(|picture| render(&picture))
}

/// Most icons that are tried until one is a picture.
pub(crate) const MOST_TRIED: usize = 5;

/// Where pictures of an app may be, best first. Those that are cut to a shape, or are one, come last.
pub(crate) fn candidates<'a>(icons: &'a [Icon], of_page: &'a [Url]) -> Vec<&'a Url> {
    let fit = |icon: &&Icon| {
        let side = icon.largest_side().unwrap_or(0);
        let plain = icon.purposes.contains(&IconPurpose::Any);
        let distance = if side >= ICON_SIDE {
            side - ICON_SIDE
        } else {
            u32::MAX / 2 + (ICON_SIDE - side)
        };
        (!plain, distance)
    };
    let mut icons: Vec<&Icon> = icons.iter().collect();
    icons.sort_by_key(fit);
    icons.into_iter().map(|icon| &icon.src).chain(of_page).collect()
}

/// A picture as an icon: a square PNG. Nothing for what is no picture, or a bomb.
pub(crate) fn render(bytes: &[u8]) -> Option<Vec<u8>> {
    let picture = if is_svg(bytes) { draw(bytes)? } else { decode(bytes)? };
    let picture = DynamicImage::from(picture)
        .resize(ICON_SIDE, ICON_SIDE, FilterType::Lanczos3)
        .into_rgba8();
    let mut square = RgbaImage::new(ICON_SIDE, ICON_SIDE);
    let [x, y] = [picture.width(), picture.height()].map(|side| i64::from((ICON_SIDE - side) / 2));
    image::imageops::overlay(&mut square, &picture, x, y);
    let mut png = Vec::new();
    square.write_with_encoder(PngEncoder::new(&mut png)).ok()?;
    Some(png)
}

fn decode(bytes: &[u8]) -> Option<RgbaImage> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAXIMUM_SIDE);
    limits.max_image_height = Some(MAXIMUM_SIDE);
    limits.max_alloc = Some(MAXIMUM_MEMORY);
    reader.limits(limits);
    Some(reader.decode().ok()?.into_rgba8())
}

/// A vector picture. It refers to nothing outside of itself: what it would load is left out.
fn draw(bytes: &[u8]) -> Option<RgbaImage> {
    let tree = Tree::from_data(bytes, &Options::default()).ok()?;
    let size = tree.size();
    let scale = ICON_SIDE as f32 / size.width().max(size.height());
    let side = |length: f32| ((length * scale).round() as u32).clamp(1, ICON_SIDE);
    let mut pixmap = Pixmap::new(side(size.width()), side(size.height()))?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    let (width, height) = (pixmap.width(), pixmap.height());
    let pixels = pixmap.pixels().iter().flat_map(|pixel| {
        let colour = pixel.demultiply();
        [colour.red(), colour.green(), colour.blue(), colour.alpha()]
    });
    RgbaImage::from_raw(width, height, pixels.collect())
}

fn is_svg(bytes: &[u8]) -> bool {
    let beginning = &bytes[..bytes.len().min(4096)];
    let text = match str::from_utf8(beginning) {
        Ok(text) => text,
        // Cut within a character.
        Err(error) if error.error_len().is_none() => {
            str::from_utf8(&beginning[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    text.contains("<svg")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(png: &[u8]) -> (u32, u32) {
        let picture = image::load_from_memory(png).unwrap();
        (picture.width(), picture.height())
    }

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let picture = RgbaImage::from_pixel(width, height, image::Rgba([200, 0, 0, 255]));
        picture.write_with_encoder(PngEncoder::new(&mut bytes)).unwrap();
        bytes
    }

    #[test]
    fn whatever_the_picture_the_icon_is_a_square_png() {
        let svg = "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 2 1'>\
                   <rect width='2' height='1' fill='red'/></svg>";
        for picture in [png(16, 16), png(1000, 10), png(1, 700), svg.as_bytes().to_vec()] {
            assert_eq!(side(&render(&picture).unwrap()), (ICON_SIDE, ICON_SIDE));
        }
        let drawn = image::load_from_memory(&render(svg.as_bytes()).unwrap())
            .unwrap()
            .into_rgba8();
        assert_eq!(drawn.get_pixel(128, 128).0, [255, 0, 0, 255]);
        assert_eq!(drawn.get_pixel(128, 20).0, [0, 0, 0, 0], "its shape is kept");
    }

    #[test]
    fn what_is_no_picture_is_none_and_a_bomb_is_not_set_off() {
        for bytes in [
            &b""[..],
            b"<html>",
            b"\x89PNG\r\n\x1a\n",
            b"<svg",
            b"<svg xmlns='http://www.w3.org/2000/svg'>",
        ] {
            assert_eq!(render(bytes), None, "{bytes:?}");
        }
        // A head that promises 60,000 by 60,000 pixels.
        let mut huge = png(1, 1);
        huge[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
        assert_eq!(render(&huge), None);
        let mut laughs = String::from(
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><g id='a0'><rect width='9' height='9'/></g>",
        );
        for level in 1..40 {
            let use_of = format!("<use href='#a{}'/>", level - 1).repeat(10);
            laughs.push_str(&format!("<g id='a{level}'>{use_of}</g>"));
        }
        laughs.push_str("</svg>");
        assert_eq!(render(laughs.as_bytes()), None);
    }

    #[test]
    fn the_best_icon_is_a_little_larger_than_the_one_that_is_kept() {
        let manifest = br#"{ "icons": [
            { "src": "/small.png", "sizes": "48x48" }, { "src": "/large.png", "sizes": "1024x1024" },
            { "src": "/mask.png", "sizes": "256x256", "purpose": "maskable" },
            { "src": "/fits.png", "sizes": "192x192 512x512" }, { "src": "/unknown.png" } ] }"#;
        let url = Url::parse("https://example.com/m.json").unwrap();
        let (manifest, _) = insula_manifest::Manifest::parse(manifest, &url).unwrap();
        let touch = [Url::parse("https://example.com/touch.png").unwrap()];
        let found: Vec<_> = candidates(&manifest.icons, &touch).into_iter().map(Url::path).collect();
        assert_eq!(
            found,
            [
                "/fits.png",
                "/large.png",
                "/small.png",
                "/unknown.png",
                "/mask.png",
                "/touch.png"
            ]
        );
    }
}
