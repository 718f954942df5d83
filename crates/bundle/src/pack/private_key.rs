//! Finds private keys among the files of an app: `insula keygen` in its folder is an easy mistake.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::keys::signing::SigningKey;

/// Files of keys are much smaller; bytes.
const LARGEST: u64 = 64 << 10;

/// Whether a file holds a private key: one that signs bundles, wherever it is in the file, or a PEM block of
/// any private key. Code that only names such blocks holds none.
pub(super) fn is_in(file: &Path) -> io::Result<bool> {
    let mut bytes = Vec::new();
    File::open(file)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Ok(false);
    }
    let text = String::from_utf8_lossy(&bytes);
    Ok(has_block(&text) || SigningKey::from_pem(&text).is_ok() || SigningKey::from_der(&bytes).is_ok())
}

/// Whether there is a line `-----BEGIN … PRIVATE KEY-----`.
fn has_block(text: &str) -> bool {
    text.lines().map(str::trim).any(|line| {
        line.starts_with("-----BEGIN ")
            && (line.ends_with("PRIVATE KEY-----") || line.ends_with("PRIVATE KEY BLOCK-----"))
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::keys::KeyType;

    fn is_key(content: &[u8]) -> bool {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content).unwrap();
        is_in(file.path()).unwrap()
    }

    #[test]
    fn keys_are_found_in_every_form_in_which_tools_write_them() {
        for key_type in KeyType::ALL {
            let pem = SigningKey::generate(key_type).unwrap().to_pem().unwrap();
            assert!(is_key(pem.as_bytes()));
            assert!(is_key(format!("\n\n{}", *pem).as_bytes()), "after blank lines");
            let parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
            assert!(
                is_key(format!("{parameters}{}", *pem).as_bytes()),
                "as `openssl ecparam`"
            );
            assert!(is_key(format!("export default `{}`", *pem).as_bytes()), "in a script");
            let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
            let der = data_encoding::BASE64.decode(body.as_bytes()).unwrap();
            assert!(is_key(&der), "in DER form");
        }
        for kind in ["RSA", "ENCRYPTED", "OPENSSH"] {
            let block = format!("-----BEGIN {kind} PRIVATE KEY-----\r\nAAAA\r\n-----END {kind} PRIVATE KEY-----\r\n");
            assert!(is_key(block.as_bytes()), "{kind}");
        }
    }

    #[test]
    fn what_only_speaks_of_keys_holds_none() {
        for content in [
            "",
            "if (line === '-----BEGIN PRIVATE KEY-----') parse()\nelse if (line === '-----END PRIVATE KEY-----') end()",
            "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        ] {
            assert!(!is_key(content.as_bytes()), "{content}");
        }
        assert!(!is_key(&[0x30; 48]));
    }
}
