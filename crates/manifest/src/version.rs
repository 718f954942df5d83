use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Most components that a version has.
const MAXIMUM_COMPONENTS: usize = 4;

/// The version of an Isolated Web App: one to four decimal numbers with points between.
///
/// Missing components count as zero, so `1` equals `1.0`; what was written is still what is shown.
/// Pre-release suffixes (`1.0.0-beta`) are not part of the grammar.
///
/// ```
/// use insula_manifest::IwaVersion;
/// let older: IwaVersion = "1.9".parse()?;
/// let newer: IwaVersion = "1.10.0".parse()?;
/// assert!(older < newer);
/// # Ok::<(), insula_manifest::ParseVersionError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct IwaVersion {
    components: [u32; MAXIMUM_COMPONENTS],
    written: usize,
}

/// Why text is not an [`IwaVersion`]; the author's fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseVersionError {
    /// Nothing there.
    #[error("it is empty")]
    Empty,
    /// Five components or more.
    #[error("it has more than {MAXIMUM_COMPONENTS} components")]
    TooManyComponents,
    /// Two points in a row, or one at an end.
    #[error("a component is empty")]
    EmptyComponent,
    /// A component like `01`.
    #[error("a component starts with a zero")]
    LeadingZero,
    /// Something else than digits and points.
    #[error("a component has a character other than the digits 0 to 9")]
    NotADigit,
    /// A component above 4294967295.
    #[error("a component is greater than {}", u32::MAX)]
    Overflow,
}

impl IwaVersion {
    /// Major, minor, patch and build; what was not written is zero.
    pub fn components(&self) -> [u32; MAXIMUM_COMPONENTS] {
        self.components
    }
}

impl FromStr for IwaVersion {
    type Err = ParseVersionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Err(ParseVersionError::Empty);
        }
        let mut components = [0; MAXIMUM_COMPONENTS];
        let mut written = 0;
        for part in text.split('.') {
            let slot = components
                .get_mut(written)
                .ok_or(ParseVersionError::TooManyComponents)?;
            *slot = component(part)?;
            written += 1;
        }
        Ok(Self { components, written })
    }
}

fn component(part: &str) -> Result<u32, ParseVersionError> {
    if part.is_empty() {
        return Err(ParseVersionError::EmptyComponent);
    }
    if !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ParseVersionError::NotADigit);
    }
    if part.len() > 1 && part.starts_with('0') {
        return Err(ParseVersionError::LeadingZero);
    }
    part.parse().map_err(|_| ParseVersionError::Overflow)
}

impl fmt::Display for IwaVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, component) in self.components.iter().take(self.written).enumerate() {
            if index > 0 {
                formatter.write_str(".")?;
            }
            write!(formatter, "{component}")?;
        }
        Ok(())
    }
}

impl PartialEq for IwaVersion {
    fn eq(&self, other: &Self) -> bool {
        self.components == other.components
    }
}

impl Eq for IwaVersion {}

impl Hash for IwaVersion {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.components.hash(state);
    }
}

impl PartialOrd for IwaVersion {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for IwaVersion {
    fn cmp(&self, other: &Self) -> Ordering {
        self.components.cmp(&other.components)
    }
}

impl Serialize for IwaVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for IwaVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> IwaVersion {
        text.parse().unwrap()
    }

    #[test]
    fn versions_are_ordered_by_number_and_not_by_letter() {
        for (lower, higher) in [
            ("1", "2"),
            ("1.9", "1.10"),
            ("1.0.0.1", "1.0.1"),
            ("0", "0.0.0.1"),
            ("9", "10"),
        ] {
            assert!(version(lower) < version(higher), "{lower} < {higher}");
        }
    }

    #[test]
    fn missing_components_count_as_zero_but_are_not_shown() {
        assert_eq!(version("1"), version("1.0.0.0"));
        assert_eq!(version("1").to_string(), "1");
        assert_eq!(version("1.0").to_string(), "1.0");
    }

    #[test]
    fn every_mistake_has_its_own_error() {
        for (text, expected) in [
            ("", ParseVersionError::Empty),
            ("1.2.3.4.5", ParseVersionError::TooManyComponents),
            ("1..2", ParseVersionError::EmptyComponent),
            (".1", ParseVersionError::EmptyComponent),
            ("1.", ParseVersionError::EmptyComponent),
            ("1.02", ParseVersionError::LeadingZero),
            ("00", ParseVersionError::LeadingZero),
            ("1.0-beta", ParseVersionError::NotADigit),
            ("+1", ParseVersionError::NotADigit),
            (" 1", ParseVersionError::NotADigit),
            ("4294967296", ParseVersionError::Overflow),
        ] {
            assert_eq!(text.parse::<IwaVersion>(), Err(expected), "{text:?}");
        }
        assert_eq!(version("4294967295").components()[0], u32::MAX);
    }

    #[test]
    fn a_version_survives_json() {
        let json = serde_json::to_string(&version("1.0.7")).unwrap();
        assert_eq!(json, "\"1.0.7\"");
        assert_eq!(serde_json::from_str::<IwaVersion>(&json).unwrap(), version("1.0.7"));
        assert!(serde_json::from_str::<IwaVersion>("\"1.x\"").is_err());
    }
}
