//! The messages about the app's badge (Badging API).

use crate::table::requests;

requests! {
    /// What a page tells of the app's badge.
    pub enum BadgeNote {
        /// The badge that the app's icon is to have.
        "badge.set" => Set {
            /// What is counted; 0 for no badge. Without it the icon has a mark that counts nothing.
            count: Option<u64>,
        },
    }
}
