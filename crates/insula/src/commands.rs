//! A module for each verb: its arguments, and what it does.

pub(crate) mod catalog;
pub(crate) mod completions;
pub(crate) mod control;
pub(crate) mod dev;
pub(crate) mod doctor;
pub(crate) mod generate;
pub(crate) mod inspect;
pub(crate) mod install;
pub(crate) mod keygen;
pub(crate) mod list;
pub(crate) mod new;
pub(crate) mod pack;
pub(crate) mod permissions;
pub(crate) mod policy;
pub(crate) mod register;
pub(crate) mod run;
pub(crate) mod sign;
pub(crate) mod uninstall;
pub(crate) mod update;
pub(crate) mod verify;

use std::process::ExitCode;

use anyhow::Result;

use crate::cli::Command;
use crate::context::Context;

/// How a command ended that could do what it was asked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It is done, or so.
    Yes,
    /// It is not so: the bundle is not valid, something is missing.
    No,
}

impl Answer {
    pub(crate) fn exit_code(self) -> ExitCode {
        match self {
            Self::Yes => ExitCode::SUCCESS,
            Self::No => ExitCode::from(1),
        }
    }
}

pub(crate) fn run(command: Command, context: &Context) -> Result<Answer> {
    match command {
        Command::New(arguments) => new::run(&arguments),
        Command::Dev(arguments) => dev::run(&arguments, context),
        Command::Keygen(arguments) => keygen::run(&arguments),
        Command::Pack(arguments) => pack::run(&arguments),
        Command::Sign(arguments) => sign::run(&arguments),
        Command::Inspect(arguments) => inspect::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments, context),
        Command::Install(arguments) => install::run(&arguments, context),
        Command::List(arguments) => list::run(&arguments, context),
        Command::Update(arguments) => update::run(&arguments, context),
        Command::Uninstall(arguments) => uninstall::run(&arguments, context),
        Command::Run(arguments) => run::run(&arguments, context),
        Command::Control(arguments) => control::run(&arguments, context),
        Command::Permissions(arguments) => permissions::run(&arguments, context),
        Command::Catalog(arguments) => catalog::run(&arguments, context),
        Command::Policy(arguments) => policy::run(&arguments, context),
        Command::Register(arguments) => register::run(&arguments, context),
        Command::Doctor(arguments) => doctor::run(&arguments, context),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Generate(arguments) => generate::run(&arguments),
    }
}
