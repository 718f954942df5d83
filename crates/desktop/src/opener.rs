//! The program that opens signed bundles from a file manager.

use std::ffi::OsString;

use crate::entry::{Launch, command};

/// The media type of signed bundles, for the shared MIME-info database. A bundle begins with an array of four, whose first is
/// the magic number of integrity blocks.
pub(crate) const MEDIA_TYPE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="application/vnd.insula.signed-web-bundle">
    <comment>Web app</comment>
    <alias type="application/webbundle"/>
    <magic priority="60">
      <match type="string" offset="0" value="\x84\x48\xf0\x9f\x96\x8b\xf0\x9f\x93\xa6"/>
    </magic>
    <glob pattern="*.swbn"/>
  </mime-type>
</mime-info>
"#;

/// The entry, which no menu shows.
pub(crate) fn entry(launch: &Launch) -> String {
    let install = command(launch, ["install", "--ask"].map(OsString::from).into_iter());
    format!(
        "[Desktop Entry]\nType=Application\nVersion=1.5\nName=Insula\nComment=Installs web apps\nExec={install} %u\n\
         Icon=application-x-executable\nNoDisplay=true\nTerminal=false\n\
         MimeType=application/vnd.insula.signed-web-bundle;application/webbundle;\n"
    )
}
