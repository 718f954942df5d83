//! Whether the engine is older than it should be: what embedded pages could do to it is repaired in newer ones
//! (Controlled Frame, "Security considerations").

use crate::translations::tr_with;

/// A version: major, minor, micro.
pub(crate) type Version = (u32, u32, u32);

/// The newest version of each stable series that Insula's tests have run with: those in Debian 12 and 13 in November 2026
/// (`apt-cache policy libwebkitgtk-6.0-4`), with all that their security updates bring. Every version of WebKitGTK repairs
/// what was found in those before it (<https://webkitgtk.org/security.html>).
const TESTED: [Version; 2] = [(2, 50, 6), (2, 52, 6)];

/// What to tell whoever looks after this machine of the engine that it has; nothing when there is nothing to say.
pub(crate) fn advice(version: Version) -> Option<String> {
    let (major, minor, micro) = version;
    let dotted = |(major, minor, micro): Version| format!("{major}.{minor}.{micro}");
    let of_series = TESTED.iter().find(|tested| (tested.0, tested.1) == (major, minor));
    let oldest = TESTED[0];
    let newest = TESTED[TESTED.len() - 1];
    let tested = match of_series {
        Some(tested) if micro < tested.2 => *tested,
        Some(_) => return None,
        None if version < oldest => oldest,
        // Odd numbers are for what becomes the next series, which gets no security updates.
        None if version < newest => newest,
        None => return None,
    };
    Some(tr_with(
        "this is older than {version}, with which Insula is tested: it lacks security updates, and pages can do harm; update \
         this system",
        &[("version", &dotted(tested))],
    ))
}

/// The same of the engine that this process runs.
pub fn engine_advice() -> Option<String> {
    advice((
        webkit6::functions::major_version(),
        webkit6::functions::minor_version(),
        webkit6::functions::micro_version(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_without_the_updates_of_its_series_is_told_of() {
        for (version, tested) in [
            ((1, 11, 5), Some("2.50.6")),
            ((2, 4, 11), Some("2.50.6")),
            ((2, 48, 9), Some("2.50.6")),
            ((2, 50, 5), Some("2.50.6")),
            ((2, 50, 6), None),
            ((2, 50, 7), None),
            ((2, 51, 92), Some("2.52.6")),
            ((2, 52, 0), Some("2.52.6")),
            ((2, 52, 6), None),
            ((2, 53, 1), None),
            ((2, 54, 0), None),
            ((3, 0, 0), None),
        ] {
            let advice = advice(version);
            let expected = tested.map(|tested| format!("this is older than {tested}, "));
            match (&advice, &expected) {
                (Some(advice), Some(expected)) => assert!(advice.starts_with(expected), "{version:?}: {advice}"),
                _ => assert_eq!(advice, expected, "{version:?}"),
            }
        }
    }
}
