//! Decisions as a text, to be kept elsewhere or taken to another machine.

use std::time::SystemTime;

use rusqlite::params;
use serde::{Deserialize, Serialize};

use super::{Contents, DecidedBy, DeviceId, Store, StoreError, Subject, seconds};
use crate::{AppOrigin, PermissionName, PermissionState, PolicySource};

/// What the text says it is, and its version.
const FORMAT: &str = "insula-permissions";
const VERSION: u32 = 1;

/// The longest text that is read, in bytes, and the most decisions in it.
const MAXIMUM_BYTES: usize = 64 << 20;
const MAXIMUM_ENTRIES: usize = 1_000_000;

/// Longest version of an app, in bytes.
const LONGEST_VERSION: usize = 100;

/// Why nothing was imported. Nothing was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// Larger than any export.
    #[error("it is larger than {MAXIMUM_BYTES} bytes, or has more than {MAXIMUM_ENTRIES} decisions")]
    TooLarge,
    /// Not an export at all, or not a whole one.
    #[error("it is no export of Insula's permissions: {0}")]
    NotAnExport(String),
    /// Written by a newer Insula.
    #[error("it was written by a newer Insula (version {0}; this one knows {VERSION}); update Insula")]
    TooNew(u64),
    /// An entry says something that no Insula writes.
    #[error("entry {number} of `{list}`: {message}")]
    Entry {
        /// `decisions` or `sheets`.
        list: &'static str,
        /// Which, from one on.
        number: usize,
        /// What is wrong with it.
        message: String,
    },
    /// It could not be written down.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What came of an import.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Imported {
    /// How many decisions were taken over.
    pub taken: usize,
    /// Those that were not: whose, which by its name, and why.
    pub left_out: Vec<(Subject, String, LeftOut)>,
}

/// Why a decision was not taken over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LeftOut {
    /// It is decided here already.
    #[error("it is decided here already")]
    DecidedHere,
    /// The organisation forbids what it grants.
    #[error("your organization forbids it ({0})")]
    Forbidden(PolicySource),
    /// A grant of unrestricted network access is given by the user, on the machine that it is for.
    #[error("access to any server is only granted on the machine itself")]
    OnlyHere,
    /// The device does not have it.
    #[error("it is not available on this device")]
    NotAvailable,
    /// A newer Insula's.
    #[error("there is no such permission here")]
    Unknown,
}

/// An export.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Transfer {
    format: String,
    version: u64,
    /// Seconds since 1970, as all times here.
    exported: u64,
    decisions: Vec<DecisionEntry>,
    sheets: Vec<SheetEntry>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DecisionEntry {
    origin: String,
    embedder: String,
    name: String,
    state: String,
    by: String,
    at: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_used: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    device: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SheetEntry {
    app: String,
    version: String,
    offered: Vec<String>,
    shown: u64,
}

/// A decision that can be taken over.
struct Taken {
    subject: Subject,
    name: PermissionName,
    state: PermissionState,
    at: i64,
    last_used: Option<i64>,
    device: Option<DeviceId>,
}

/// A sheet that was shown.
struct Sheet {
    app: AppOrigin,
    version: String,
    offered: String,
    shown: i64,
}

impl Transfer {
    /// What an import would take over.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, ImportError> {
        if text.len() > MAXIMUM_BYTES {
            return Err(ImportError::TooLarge);
        }
        let not = |error: serde_json::Error| ImportError::NotAnExport(error.to_string());
        // What it says it is comes first: of a newer version nobody knows what else is in it.
        let head: serde_json::Value = serde_json::from_slice(text).map_err(not)?;
        if head.get("format").and_then(serde_json::Value::as_str) != Some(FORMAT) {
            return Err(ImportError::NotAnExport(format!("its `format` is not “{FORMAT}”")));
        }
        match head.get("version").and_then(serde_json::Value::as_u64) {
            Some(version) if version == u64::from(VERSION) => {}
            Some(version) if version > u64::from(VERSION) => return Err(ImportError::TooNew(version)),
            _ => return Err(ImportError::NotAnExport("it has no valid `version`".to_owned())),
        }
        let transfer: Self = serde_json::from_slice(text).map_err(not)?;
        match transfer.decisions.len().max(transfer.sheets.len()) > MAXIMUM_ENTRIES {
            true => Err(ImportError::TooLarge),
            false => Ok(transfer),
        }
    }
}

impl Store {
    /// Everything that was decided, as a text in JSON.
    pub fn export(&self) -> Result<String, StoreError> {
        let Contents { decisions, .. } = self.contents(None)?;
        let since = |time| seconds(time).unsigned_abs();
        let entry = |record: super::Record| DecisionEntry {
            origin: record.subject.origin.to_string(),
            embedder: record.subject.embedder.to_string(),
            name: record.name.as_str().to_owned(),
            state: record.decision.state.as_str().to_owned(),
            by: record.decision.by.as_str().to_owned(),
            at: since(record.decision.at),
            last_used: record.decision.last_used.map(since),
            device: record.decision.device.map(|device| device.to_string()),
        };
        let transfer = Transfer {
            format: FORMAT.to_owned(),
            version: u64::from(VERSION),
            exported: since(SystemTime::now()),
            decisions: decisions.into_iter().map(entry).collect(),
            sheets: self.sheets()?,
        };
        // Texts and numbers can always be written.
        Ok(serde_json::to_string_pretty(&transfer).unwrap_or_default() + "\n")
    }

    /// Takes decisions over where nothing is decided here, all or nothing. `forbids` says why one is left out.
    pub(crate) fn import(
        &self,
        transfer: Transfer,
        forbids: impl Fn(&Subject, PermissionName, PermissionState) -> Option<LeftOut>,
    ) -> Result<Imported, ImportError> {
        let now = seconds(SystemTime::now());
        let mut imported = Imported::default();
        let mut taken = Vec::new();
        for (index, entry) in transfer.decisions.into_iter().enumerate() {
            let wrong = |message: String| ImportError::Entry {
                list: "decisions",
                number: index + 1,
                message,
            };
            let (subject, written) = (entry.subject().map_err(wrong)?, entry.name.clone());
            let decision = entry.read(subject.clone(), now).map_err(wrong)?;
            let Some(decision) = decision else {
                imported.left_out.push((subject, written, LeftOut::Unknown));
                continue;
            };
            match forbids(&subject, decision.name, decision.state) {
                Some(why) => imported.left_out.push((subject, written, why)),
                None => taken.push(decision),
            }
        }
        let mut sheets = Vec::new();
        for (index, entry) in transfer.sheets.into_iter().enumerate() {
            sheets.push(entry.read(now).map_err(|message| ImportError::Entry {
                list: "sheets",
                number: index + 1,
                message,
            })?);
        }
        let written = self.write(|connection| {
            let mut insert = connection.prepare(
                "INSERT INTO decisions (origin, embedder, name, state, decided_by, decided_at, last_used, device)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
            )?;
            let mut written = Vec::with_capacity(taken.len());
            for decision in &taken {
                written.push(insert.execute(params![
                    decision.subject.origin.as_str(),
                    decision.subject.embedder.as_str(),
                    decision.name.as_str(),
                    decision.state.as_str(),
                    DecidedBy::Import.as_str(),
                    decision.at,
                    decision.last_used,
                    decision.device.as_ref().map(DeviceId::as_str),
                ])?);
            }
            let mut insert = connection.prepare(
                "INSERT INTO sheets (origin, version, offered, shown_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
            )?;
            for sheet in &sheets {
                insert.execute(params![sheet.app.as_str(), sheet.version, sheet.offered, sheet.shown])?;
            }
            Ok(written)
        })?;
        for (decision, rows) in taken.into_iter().zip(written) {
            match rows {
                0 => imported.left_out.push((
                    decision.subject,
                    decision.name.as_str().to_owned(),
                    LeftOut::DecidedHere,
                )),
                _ => imported.taken += 1,
            }
        }
        Ok(imported)
    }

    fn sheets(&self) -> Result<Vec<SheetEntry>, StoreError> {
        let opened = self.opened()?;
        let read = || {
            let mut statement = opened
                .connection
                .prepare("SELECT origin, version, offered, shown_at FROM sheets")?;
            let rows = statement.query_map([], |row| {
                let offered: String = row.get(2)?;
                let shown: i64 = row.get(3)?;
                Ok(SheetEntry {
                    app: row.get(0)?,
                    version: row.get(1)?,
                    offered: offered
                        .split(' ')
                        .filter(|name| !name.is_empty())
                        .map(str::to_owned)
                        .collect(),
                    shown: shown.unsigned_abs(),
                })
            })?;
            rows.collect::<rusqlite::Result<_>>()
        };
        read().map_err(|error| self.error(error))
    }
}

impl DecisionEntry {
    fn subject(&self) -> Result<Subject, String> {
        Ok(Subject {
            origin: origin(&self.origin)?,
            embedder: origin(&self.embedder)?,
        })
    }

    /// The decision; nothing for a name that is not known here.
    fn read(self, subject: Subject, now: i64) -> Result<Option<Taken>, String> {
        let state = PermissionState::from_word(&self.state).filter(|state| *state != PermissionState::Prompt);
        let state = state.ok_or_else(|| format!("“{}” is neither “granted” nor “denied”", shorten(&self.state)))?;
        if DecidedBy::from_word(&self.by).is_none() {
            return Err(format!("“{}” is no way to decide", shorten(&self.by)));
        }
        let device = self.device.map(|device| device.parse()).transpose();
        let device = device.map_err(|error: super::InvalidDeviceId| error.to_string())?;
        let Ok(name) = self.name.parse() else { return Ok(None) };
        Ok(Some(Taken {
            subject,
            name,
            state,
            at: past(self.at, now),
            last_used: self.last_used.map(|time| past(time, now)),
            device,
        }))
    }
}

impl SheetEntry {
    fn read(self, now: i64) -> Result<Sheet, String> {
        if self.version.len() > LONGEST_VERSION {
            return Err("its version is too long".to_owned());
        }
        let known = self
            .offered
            .iter()
            .filter_map(|name| name.parse::<PermissionName>().ok());
        let offered: Vec<&str> = known.map(PermissionName::as_str).collect();
        Ok(Sheet {
            app: origin(&self.app)?,
            version: self.version,
            offered: offered.join(" "),
            shown: past(self.shown, now),
        })
    }
}

fn origin(text: &str) -> Result<AppOrigin, String> {
    text.parse().map_err(|error: crate::ParseOriginError| error.to_string())
}

/// A time that has been: nothing is decided in the future.
fn past(time: u64, now: i64) -> i64 {
    i64::try_from(time).unwrap_or(now).min(now)
}

fn shorten(text: &str) -> String {
    text.chars().take(50).collect()
}
