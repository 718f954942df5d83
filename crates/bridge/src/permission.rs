//! The messages about permissions (Permissions).

use crate::table::{events, requests};
use insula_vocabulary::PermissionState;
use serde::Serialize;

requests! {
    /// What a page asks about permissions.
    pub enum PermissionCall {
        /// The state of the permission with a name.
        "permission.query" => Query { name: String, } -> PermissionStateResult,
    }
}

events! {
    /// What a page is told of permissions.
    pub enum PermissionEvent {
        /// Some permission changed: what `permission.query` answered may be so no more.
        "permission.change" => Change,
    }
}

/// The answer to `permission.query`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PermissionStateResult {
    /// What it is.
    pub state: PermissionState,
}
