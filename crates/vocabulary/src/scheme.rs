/// The scheme of Isolated Web Apps (Isolated Web Apps explainer, "The isolated-app: scheme").
pub const ISOLATED_APP_SCHEME: &str = "isolated-app";
