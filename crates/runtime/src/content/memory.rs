//! How much memory the pages of frames may use: a page that takes more and more is not to take the whole machine with it.

use std::fs;
use webkit6::MemoryPressureSettings;

/// What a process of embedded pages may use before it is ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct MemoryLimit {
    /// In MiB.
    pub(crate) megabytes: u32,
    /// How often the engine looks, in seconds. Each time takes a process some 15 ms: it reads what the system knows of all its
    /// memory.
    pub(crate) interval: f64,
}

/// More than a page needs that does what it should.
const MOST: u32 = 4096;

/// Less would be too little for ordinary pages, also on a small machine.
const LEAST: u32 = 512;

/// The engine's own: it looks that often in any case, so that at rest the limit costs nothing.
const INTERVAL: f64 = 30.0;

impl MemoryLimit {
    /// Half of the machine's memory, within bounds.
    pub(crate) fn of_machine() -> Self {
        let machine = fs::read_to_string("/proc/meminfo").ok();
        let machine = machine.and_then(|text| total(&text));
        Self {
            megabytes: machine.map_or(MOST, |machine| (machine / 2).clamp(LEAST, MOST)),
            interval: INTERVAL,
        }
    }

    /// As the engine has it. A third of the limit, and half of it, are its own bounds for keeping less in caches.
    pub(crate) fn settings(&self) -> MemoryPressureSettings {
        let mut settings = MemoryPressureSettings::new();
        settings.set_memory_limit(self.megabytes);
        settings.set_kill_threshold(1.0);
        settings.set_poll_interval(self.interval);
        settings
    }
}

/// The machine's memory in MiB, as the system says it (proc(5), `/proc/meminfo`).
fn total(text: &str) -> Option<u32> {
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    u32::try_from(kibibytes / 1024).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_own_words_are_read() {
        assert_eq!(total("MemFree: 1 kB\nMemTotal:       16384000 kB\n"), Some(16_000));
        for text in ["", "MemTotal:", "MemTotal: 5", "MemTotal: five kB"] {
            assert_eq!(total(text), None, "{text}");
        }
        assert!((LEAST..=MOST).contains(&MemoryLimit::of_machine().megabytes));
    }
}
