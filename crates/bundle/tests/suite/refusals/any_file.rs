//! Files that are wrong in a way that nobody thought of.

use super::refusal;
use crate::craft::{self, Bundle};

#[test]
fn no_file_that_differs_in_one_byte_is_verified() {
    let original = Bundle::small().signed();
    for position in 0..original.len() {
        for difference in [1, 0x20, 0x80, 0xff] {
            let mut changed = original.clone();
            changed[position] ^= difference;
            refusal(changed);
        }
    }
}

#[test]
fn no_file_that_lacks_or_repeats_a_byte_is_verified() {
    let original = Bundle::small().signed();
    for position in 0..original.len() {
        refusal(original[..position].to_vec());
        let mut shorter = original.clone();
        shorter.remove(position);
        refusal(shorter);
        let mut longer = original.clone();
        longer.insert(position, longer[position]);
        refusal(longer);
    }
}

#[test]
fn a_length_of_any_size_anywhere_is_survived() {
    // Every byte of the file in turn becomes the head of an item that claims to be huge.
    let original = Bundle::small().signed();
    for position in 0..original.len() {
        for major in 0..8 {
            for argument in [u64::MAX, u64::MAX / 2 + 1, 1 << 32] {
                let mut changed = original.clone();
                changed.splice(position..=position, craft::head(major, argument));
                refusal(changed);
            }
        }
    }
}
