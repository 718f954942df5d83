/// What every app's name on the session's bus begins with. An element of a name may not begin with a digit, as ids may.
const NAMES: &str = "org.insula.App.a";

/// The name of the app with an id on the session's bus, which is its application's id for whoever asks for one, as desktops do
/// for notifications (Desktop Entry Specification, "D-Bus Activation"). A byte that no name has is written as its number.
pub fn bus_name(id: &str) -> String {
    let written = id.bytes().map(|byte| match byte {
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("_{byte:02x}"),
    });
    format!("{NAMES}{}", written.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_that_no_name_has_is_a_number() {
        assert_eq!(bus_name("a.b-8"), "org.insula.App.aa_2eb_2d8");
    }
}
