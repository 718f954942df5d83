//! The web process extension, which WebKit loads into the web processes of an app.
//!
//! WebKit tells it of every window object before the first script of its document runs. For a document that is
//! [proven](proof) to be the app's own, it evaluates the page side (`js/page`) in the page's world and hands it the
//! [native functions](native); every other document gets nothing.
//!
//! `unsafe` is allowed in this crate, in three places only: the [calls into JavaScriptCore](jsc) that have no safe
//! binding, the main loop's source for a [descriptor](poll), and the entry point.

#![warn(missing_docs)]

mod assets;
mod descriptor;
mod document;
mod eager;
mod extension;
mod guard;
mod jsc;
mod leaving;
mod media;
mod native;
mod outgoing;
mod poll;
mod proof;
mod strangers;
mod workers;

use webkit_web_process_extension6 as webkit;

/// Called by WebKit once it has loaded this library, with what the UI process passed along.
///
/// # Safety
/// Both pointers come from WebKit and are valid for the call.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "the name and signature that WebKit looks for")]
pub unsafe extern "C" fn webkit_web_process_extension_initialize_with_user_data(
    extension: *mut webkit::ffi::WebKitWebProcessExtension,
    user_data: *const webkit::glib::ffi::GVariant,
) {
    use webkit::glib::translate::from_glib_none;
    jsc::guard("initialise", (), || {
        // SAFETY: both are valid for the call (see above) and from_glib_none takes references of its own.
        let (extension, user_data) = unsafe {
            (
                from_glib_none::<_, webkit::WebProcessExtension>(extension),
                from_glib_none::<_, webkit::glib::Variant>(user_data),
            )
        };
        extension::start(extension, &user_data);
    });
}
