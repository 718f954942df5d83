//! Which documents are the app's own.
//!
//! WebKit has no site isolation here: a cross-origin iframe lives in the app's process. So each document is looked at
//! by itself, before its first script, through an isolated world whose objects no page script can have touched. The
//! frame's URL proves nothing (a sandboxed frame shows the app's), nor does the origin alone (a `blob:` document
//! inherits it): both must be the app's, and those of all ancestors.

use crate::strangers;
use crate::webkit::{Frame, ScriptWorld, WebPage, javascriptcore as js};
use insula_bridge::wire::WebProcessConfig;
use url::Url;

/// What is known of a proven document.
pub(crate) struct Proof {
    /// Its origin, the app's.
    pub(crate) origin: String,
    /// Its URL.
    pub(crate) url: String,
    /// Whether it is the top document of the app's window.
    pub(crate) top_level: bool,
    /// The number of the nearest proven document around it; 0 when there is none.
    pub(crate) parent: u64,
}

/// The name under which a proven document's number stands in its window, in the isolated world.
const NUMBER: &str = "insulaDocument";

/// What there is to see of a document, as JSON. The opener of a window must be the app as well: what another origin
/// opened can be steered by it.
const LOOK: &str = r#"
(() => {
  const isOwn = (other) => { try { return other.origin === self.origin } catch { return false } };
  let around = self;
  do around = around.parent; while (isOwn(around) && !around.insulaDocument && around !== around.parent);
  return JSON.stringify([
    self.origin, location.origin, location.href, location.protocol, [...location.ancestorOrigins],
    self.opener === null ? null : isOwn(self.opener),
    around !== self && isOwn(around) && around.insulaDocument || 0,
  ]);
})()
"#;

/// Looks at the document that is now in a frame of a page.
pub(crate) fn prove(config: &WebProcessConfig, page: &WebPage, frame: &Frame) -> Option<Proof> {
    let seen = look(frame, LOOK)?;
    let (origin, location_origin, url, protocol, ancestors, own_opener, parent): Seen =
        serde_json::from_str(&seen.to_str()).ok()?;
    let app = config.app.origin();
    let proven = origin == app
        && (location_origin == app || Url::parse(&url).is_ok_and(|url| config.app.owns(&url)))
        && protocol.strip_suffix(':') == Some(config.app.scheme())
        && ancestors.iter().all(|ancestor| *ancestor == app)
        && own_opener.unwrap_or_else(|| !strangers::may_have_opened(page));
    proven.then(|| Proof {
        origin,
        url,
        top_level: frame.is_main_frame() && ancestors.is_empty(),
        parent,
    })
}

/// The value of a script in a frame's isolated world; nothing when it throws.
pub(crate) fn look(frame: &Frame, script: &str) -> Option<js::Value> {
    let context = frame.js_context_for_script_world(&world()?)?;
    let seen = context.evaluate(script)?;
    if context.exception().is_some() {
        context.clear_exception();
        return None;
    }
    Some(seen)
}

/// Leaves a proven document's number where the proofs of those inside it find it.
pub(crate) fn number(frame: &Frame, document: u64) {
    if let Some(context) = world().and_then(|world| frame.js_context_for_script_world(&world)) {
        context.set_value(NUMBER, &js::Value::new_number(&context, document as f64));
    }
}

type Seen = (String, String, String, String, Vec<String>, Option<bool>, u64);

thread_local! {
    static WORLD: Option<ScriptWorld> = Some(ScriptWorld::with_name("insula-proof"));
}

fn world() -> Option<ScriptWorld> {
    WORLD.with(Clone::clone)
}
