//! Why policy says what it says: every policy that speaks about a permission of an app, and what it lost to.

use super::keys::{Effect, Strength};
use super::{Level, PolicySet, PolicySource};
use crate::{AppOrigin, PermissionName};

/// What a policy says about a permission of an app, and whether that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voice {
    /// Whether the user can say otherwise.
    pub level: Level,
    /// What it says.
    pub says: Says,
    /// Which policy it is.
    pub source: PolicySource,
    /// The item of its list that is about the app; `None` if it is about every app.
    pub pattern: Option<String>,
    /// Why it does not count; `None` for the one that does.
    pub lost: Option<&'static str>,
}

/// What is said about a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Says {
    /// Allow it without asking.
    Allow,
    /// Refuse it without asking.
    Block,
    /// Ask the user.
    Ask,
}

impl PolicySet {
    /// Every policy that speaks about a permission of an app: those that bind the others first, and of one level the one
    /// that counts first.
    pub fn voices(&self, origin: &AppOrigin, name: PermissionName) -> Vec<Voice> {
        let mut voices = Vec::new();
        let mut winner: Option<(Level, Strength, usize)> = None;
        if let Some(file) = &self.unreadable {
            winner = Some((Level::Managed, Strength::Broken, usize::MAX));
            voices.push(Voice {
                level: Level::Managed,
                says: Says::Block,
                source: PolicySource::whole(file),
                pattern: None,
                lost: None,
            });
        }
        for (layer, (level, rules)) in self.layers().enumerate() {
            let mut speaking: Vec<_> = rules
                .rules
                .iter()
                .filter_map(|rule| Some((rule.strength(origin, name)?, rule)))
                .collect();
            // As `strongest` does: of equal ones the last.
            speaking.reverse();
            speaking.sort_by_key(|((strength, _), _)| std::cmp::Reverse(*strength));
            for ((strength, pattern), rule) in speaking {
                let lost = winner.map(|winner| lost(level, layer, strength, winner));
                winner = winner.or(Some((level, strength, layer)));
                voices.push(Voice {
                    level,
                    says: rule.effect.into(),
                    source: rule.source.clone(),
                    pattern: pattern.map(|pattern| pattern.as_str().to_owned()),
                    lost,
                });
            }
        }
        voices
    }
}

/// Why one policy loses to another.
fn lost(level: Level, layer: usize, strength: Strength, winner: (Level, Strength, usize)) -> &'static str {
    let (winners_level, winners_strength, winners_layer) = winner;
    let is_list = |strength: Strength| strength > Strength::DefaultBlock;
    match winners_strength {
        _ if winners_layer == usize::MAX => "a file that cannot be read may have forbidden it",
        _ if winners_level != level => "an order counts before a recommendation",
        _ if winners_layer != layer => "the policies of another folder count first",
        Strength::Broken => "a value that cannot be understood may have forbidden it",
        _ if winners_strength == strength => "another policy says the same",
        _ if is_list(winners_strength) && !is_list(strength) => "a list counts before a default",
        Strength::BlockList | Strength::AllowList if is_generic(strength) => {
            "a policy about this permission counts before one about several"
        }
        Strength::BlockList | Strength::GenericBlockList => "a list that blocks counts before one that does not",
        Strength::AllowList | Strength::GenericAllowList => "a list that allows counts before one that lets apps ask",
        Strength::AskList | Strength::Default | Strength::DefaultBlock => "what blocks counts before what does not",
    }
}

fn is_generic(strength: Strength) -> bool {
    matches!(strength, Strength::GenericAllowList | Strength::GenericBlockList)
}

impl Says {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Block => "block",
            Self::Ask => "ask",
        }
    }
}

impl From<Effect> for Says {
    fn from(effect: Effect) -> Self {
        match effect {
            Effect::Allow => Self::Allow,
            Effect::Block => Self::Block,
            Effect::Ask => Self::Ask,
        }
    }
}
