mod names;

use std::fmt;
use std::str::FromStr;

use names::NAMED_COLORS;

/// A colour from the manifest, in sRGB with 8 bits a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Color {
    /// Red, 0 to 255.
    pub red: u8,
    /// Green, 0 to 255.
    pub green: u8,
    /// Blue, 0 to 255.
    pub blue: u8,
    /// Opacity, 0 (transparent) to 255 (opaque).
    pub alpha: u8,
}

/// The text is none of the colour forms that a manifest is read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is neither #rgb, #rgba, #rrggbb, #rrggbbaa, rgb(…) nor a CSS colour name")]
pub struct ParseColorError;

impl Color {
    const TRANSPARENT: Self = Self {
        red: 0,
        green: 0,
        blue: 0,
        alpha: 0,
    };

    fn opaque(red: u8, green: u8, blue: u8) -> Self {
        Self {
            red,
            green,
            blue,
            alpha: 255,
        }
    }
}

/// CSS: `#rgb`, `#rgba`, `#rrggbb`, `#rrggbbaa`, `rgb()` with numbers, and the names. Anything that
/// depends on a page (`currentcolor`, variables, other colour spaces) is not a manifest's colour.
impl FromStr for Color {
    type Err = ParseColorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim().to_ascii_lowercase();
        if let Some(digits) = text.strip_prefix('#') {
            return from_hex(digits);
        }
        let function = text.strip_prefix("rgba(").or_else(|| text.strip_prefix("rgb("));
        if let Some(arguments) = function.and_then(|rest| rest.strip_suffix(')')) {
            return from_rgb(arguments);
        }
        if text == "transparent" {
            return Ok(Self::TRANSPARENT);
        }
        let index = NAMED_COLORS
            .binary_search_by_key(&text.as_str(), |(name, _)| name)
            .map_err(|_| ParseColorError)?;
        let [_, red, green, blue] = NAMED_COLORS[index].1.to_be_bytes();
        Ok(Self::opaque(red, green, blue))
    }
}

fn from_hex(digits: &str) -> Result<Color, ParseColorError> {
    let nibbles: Vec<u8> = digits
        .chars()
        .take(9)
        .map(|digit| digit.to_digit(16).map(|value| value as u8))
        .collect::<Option<_>>()
        .ok_or(ParseColorError)?;
    let channels: Vec<u8> = match nibbles.len() {
        3 | 4 => nibbles.iter().map(|nibble| nibble * 17).collect(),
        6 | 8 => nibbles.chunks(2).map(|pair| pair[0] * 16 + pair[1]).collect(),
        _ => return Err(ParseColorError),
    };
    Ok(Color {
        red: channels[0],
        green: channels[1],
        blue: channels[2],
        alpha: channels.get(3).copied().unwrap_or(255),
    })
}

/// `1, 2, 3`, `1 2 3`, `1, 2, 3, 0.5`, `1 2 3 / 50%`.
fn from_rgb(arguments: &str) -> Result<Color, ParseColorError> {
    let parts: Vec<&str> = arguments
        .split(|c: char| c == ',' || c == '/' || c.is_ascii_whitespace())
        .filter(|part| !part.is_empty())
        .take(5)
        .collect();
    let channel = |part: &str| number(part, 255.0, 1.0);
    match parts[..] {
        [red, green, blue] => Ok(Color::opaque(channel(red)?, channel(green)?, channel(blue)?)),
        [red, green, blue, alpha] => Ok(Color {
            alpha: number(alpha, 255.0, 255.0)?,
            ..Color::opaque(channel(red)?, channel(green)?, channel(blue)?)
        }),
        _ => Err(ParseColorError),
    }
}

/// A channel from a percentage of `whole` or from a number of `unit`s, clamped as CSS clamps.
fn number(part: &str, whole: f64, unit: f64) -> Result<u8, ParseColorError> {
    let (digits, is_percentage) = match part.strip_suffix('%') {
        Some(digits) => (digits, true),
        None => (part, false),
    };
    let value: f64 = digits.parse().map_err(|_| ParseColorError)?;
    if !value.is_finite() {
        return Err(ParseColorError);
    }
    let scaled = if is_percentage {
        value * whole / 100.0
    } else {
        value * unit
    };
    Ok(scaled.round().clamp(0.0, 255.0) as u8)
}

/// `#rrggbb`, or `#rrggbbaa` when it is not opaque.
impl fmt::Display for Color {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)?;
        if self.alpha != 255 {
            write!(formatter, "{:02x}", self.alpha)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_in_every_form() {
        for (text, expected) in [
            ("#abc", "#aabbcc"),
            ("#AbC8", "#aabbcc88"),
            ("#010203", "#010203"),
            ("#01020304", "#01020304"),
            ("  RebeccaPurple ", "#663399"),
            ("aliceblue", "#f0f8ff"),
            ("yellowgreen", "#9acd32"),
            ("transparent", "#00000000"),
            ("rgb(1, 2, 300)", "#0102ff"),
            ("rgba(100% 0% 0% / 50%)", "#ff000080"),
            ("rgb(0 0 0 / 0.5)", "#00000080"),
        ] {
            assert_eq!(text.parse::<Color>().unwrap().to_string(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_a_colour_is_refused() {
        for text in [
            "",
            "#",
            "#12",
            "#12345",
            "#xyzxyz",
            "#１２３",
            "red;",
            "var(--x)",
            "rgb(1,2)",
            "rgb(nan,0,0)",
            "rgb(1,2,3,4,5,6)",
            "currentcolor",
            "#123456789",
        ] {
            assert_eq!(text.parse::<Color>(), Err(ParseColorError), "{text}");
        }
    }
}
