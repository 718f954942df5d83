//! Pictures of what a frame shows.

use super::Guest;
use gtk4::gdk;
use gtk4::gdk_pixbuf::{Colorspace, Pixbuf};
use gtk4::gio;
use gtk4::glib;
use gtk4::prelude::*;
use insula_bridge::{DomError, DomErrorName, ImageFormat};
use std::cell::Cell;
use std::time::Duration;
use webkit6::prelude::*;
use webkit6::{SnapshotOptions, SnapshotRegion};

/// How many pictures of a frame are made at once: each is as large as the screen.
const MOST: u32 = 4;

/// How long the engine may take. It waits for a page that is busy.
const PATIENCE: Duration = Duration::from_secs(10);

/// A picture that is being made.
struct Making<'a>(&'a Cell<u32>);

impl Drop for Making<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

impl Guest {
    /// A picture of what the frame shows, with as many pixels as the screen has for it, as a `data:` URL.
    ///
    /// # Errors
    /// The frame is not on the screen, or the engine has no picture of it; as many are being made as there may be.
    pub(crate) async fn capture(&self, format: ImageFormat, quality: u8) -> Result<String, DomError> {
        if self.pictures.get() >= MOST {
            let message = format!("{MOST} pictures of the frame are being made already: wait for one.");
            return Err(DomError::new(DomErrorName::QuotaExceededError, message));
        }
        self.pictures.set(self.pictures.get() + 1);
        let _making = Making(&self.pictures);
        if !self.is_on_screen().await {
            return Err(failed("The frame is not on the screen."));
        }
        let snapshot = self
            .view
            .snapshot_future(SnapshotRegion::Visible, SnapshotOptions::NONE);
        let snapshot = glib::future_with_timeout(PATIENCE, snapshot).await;
        let snapshot = snapshot.map_err(|_| failed("The frame's page does not answer."))?;
        let picture = snapshot.map_err(|error| failed(&format!("The frame cannot be pictured: {error}")))?;
        // Compressing takes longer than anything that may hold up the windows.
        let encoded = gio::spawn_blocking(move || encode(&picture, format, quality)).await;
        let bytes = encoded
            .map_err(|_| failed("The picture cannot be written."))?
            .map_err(|error| failed(&format!("The picture cannot be written: {error}")))?;
        let kind = match format {
            ImageFormat::Jpeg => "jpeg",
            ImageFormat::Png => "png",
        };
        Ok(format!("data:image/{kind};base64,{}", glib::base64_encode(&bytes)))
    }

    /// Whether the frame is on the screen. A page that is at hand is loaded before the app's page has said where its frame
    /// lies: that is waited for.
    async fn is_on_screen(&self) -> bool {
        if !self.view.is_mapped() && self.stage.awaits_place(self.key) {
            let (tell, told) = async_channel::bounded(1);
            let handler = self.view.connect_map(move |_| _ = tell.try_send(()));
            let _ = glib::future_with_timeout(PATIENCE, told.recv()).await;
            self.view.disconnect(handler);
        }
        self.view.is_mapped()
    }
}

fn encode(picture: &gdk::Texture, format: ImageFormat, quality: u8) -> Result<Vec<u8>, glib::Error> {
    match format {
        ImageFormat::Png => Ok(picture.save_to_png_bytes().to_vec()),
        ImageFormat::Jpeg => {
            let quality = quality.min(100).to_string();
            on_white(picture).save_to_bufferv("jpeg", &[("quality", quality.as_str())])
        }
    }
}

/// The picture without transparency, which JPEG does not have.
fn on_white(picture: &gdk::Texture) -> Pixbuf {
    let (width, height) = (picture.width(), picture.height());
    let stride = 4 * width as usize;
    let mut pixels = vec![0; stride * height as usize];
    // Four bytes a pixel: blue, green, red and alpha, the colours multiplied by it.
    picture.download(&mut pixels, stride);
    let over_white = |pixel: &[u8]| {
        let white = 255 - pixel[3];
        [2, 1, 0].map(|colour| pixel[colour].saturating_add(white))
    };
    let colours: Vec<u8> = pixels.chunks_exact(4).flat_map(over_white).collect();
    Pixbuf::from_mut_slice(colours, Colorspace::Rgb, false, 8, width, height, 3 * width)
}

fn failed(message: &str) -> DomError {
    DomError::new(DomErrorName::OperationError, message)
}
