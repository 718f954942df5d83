//! What a frame's pages say they are (`setUserAgentOverride` of Chromium's element).

use super::Guest;
use gtk4::glib::ParamFlags;
use gtk4::prelude::*;
use webkit6::Settings;
use webkit6::prelude::*;

/// The longest that is said, in bytes.
const LONGEST: usize = 4096;

impl Guest {
    /// Has the frame's pages say that they are something else, from the next request on; the empty text, that they are what
    /// they are. What no header can have is not said.
    pub(crate) fn say_user_agent(&self, user_agent: &str) {
        if user_agent.len() > LONGEST || user_agent.contains(char::is_control) {
            return;
        }
        let Some(shared) = WebViewExt::settings(&self.view) else {
            return;
        };
        // Other frames have the same settings.
        let own = Settings::new();
        for property in shared.list_properties() {
            let flags = property.flags();
            if flags.contains(ParamFlags::READWRITE) && !flags.contains(ParamFlags::CONSTRUCT_ONLY) {
                own.set_property_from_value(property.name(), &shared.property_value(property.name()));
            }
        }
        own.set_user_agent(Some(user_agent).filter(|text| !text.is_empty()));
        self.view.set_settings(&own);
    }
}
