//! Which documents are the app's own.
//!
//! WebKit has no site isolation here: a cross-origin iframe lives in the app's process. So each document is looked at
//! by itself, before its first script, through an isolated world whose objects no page script can have touched. The
//! frame's URL proves nothing (a sandboxed frame shows the app's), nor does the origin alone (a `blob:` document
//! inherits it): both must be the app's, and those of all ancestors.

use crate::webkit::{Frame, ScriptWorld};
use insula_bridge::wire::WebProcessConfig;

/// What is known of a proven document.
pub(crate) struct Proof {
    /// Its origin, the app's.
    pub(crate) origin: String,
    /// Its URL.
    pub(crate) url: String,
    /// Whether it is the top document of the app's window.
    pub(crate) top_level: bool,
}

/// Looks at the document that is now in a frame.
pub(crate) fn prove(config: &WebProcessConfig, frame: &Frame) -> Option<Proof> {
    const LOOK: &str = "JSON.stringify([self.origin, location.origin, location.href, location.protocol, \
                        [...location.ancestorOrigins], self.opener !== null])";
    let world = world()?;
    let context = frame.js_context_for_script_world(&world)?;
    let seen = context.evaluate(LOOK)?;
    if context.exception().is_some() {
        context.clear_exception();
        return None;
    }
    let (origin, location_origin, url, protocol, ancestors, has_opener): Seen =
        serde_json::from_str(&seen.to_str()).ok()?;
    let scheme = config.origin.split_once("//")?.0;
    let proven = origin == config.origin
        && (location_origin == config.origin || url.starts_with(&format!("{}/", config.origin)))
        && protocol == scheme
        && ancestors.iter().all(|ancestor| *ancestor == config.origin)
        && !has_opener;
    proven.then(|| Proof {
        origin,
        url,
        top_level: frame.is_main_frame() && ancestors.is_empty(),
    })
}

type Seen = (String, String, String, String, Vec<String>, bool);

thread_local! {
    static WORLD: Option<ScriptWorld> = Some(ScriptWorld::with_name("insula-proof"));
}

fn world() -> Option<ScriptWorld> {
    WORLD.with(Clone::clone)
}
