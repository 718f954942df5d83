//! What can be typed. Help, man pages and completions are all made from this.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::commands::{
    catalog, completions, control, dev, doctor, generate, inspect, install, keygen, list, new, pack, permissions,
    policy, register, run, sign, uninstall, update, verify,
};

/// What the program's exit codes mean.
pub(crate) const EXIT_CODES: [(u8, &str); 4] = [
    (0, "it was done, or the answer is yes"),
    (1, "the answer is no: the bundle is not valid, something is missing"),
    (2, "it could not be done"),
    (3, "it is denied by a policy of your organization"),
];

/// Makes, installs and runs Isolated Web Apps.
///
/// An Isolated Web App is a web app in one signed file. It runs in a window of its own, and can do what
/// pages on the web cannot: embed any site, and talk to any server that you let it talk to.
#[derive(Debug, Parser)]
#[command(name = "insula", version, after_help = exit_codes(), arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalOptions,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Folders")]
pub(crate) struct GlobalOptions {
    // The variables are read elsewhere: with them set, usage would say that these options are required.
    /// Where apps are installed and what they store is kept [env: INSULA_DATA_DIR] [default:
    /// ~/.local/share/insula]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Where more of your organization's policies are; what /etc/insula/policies orders counts in any case
    /// [env: INSULA_POLICY_DIR]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) policy_dir: Option<PathBuf>,
}

fn exit_codes() -> String {
    let line = |(code, meaning): &(u8, &str)| format!("\n  {code}  {meaning}");
    format!("Exit codes:{}", EXIT_CODES.iter().map(line).collect::<String>())
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    New(new::Arguments),
    Dev(dev::Arguments),
    Keygen(keygen::Arguments),
    Pack(pack::Arguments),
    Sign(sign::Arguments),
    Inspect(inspect::Arguments),
    Verify(verify::Arguments),
    Install(install::Arguments),
    List(list::Arguments),
    Update(update::Arguments),
    Uninstall(uninstall::Arguments),
    Run(run::Arguments),
    Control(control::Arguments),
    Permissions(permissions::Arguments),
    Catalog(catalog::Arguments),
    Policy(policy::Arguments),
    Register(register::Arguments),
    Doctor(doctor::Arguments),
    #[command(hide = true)]
    Completions(completions::Arguments),
    #[command(hide = true)]
    Generate(generate::Arguments),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::environment;

    #[test]
    fn the_definitions_do_not_contradict_each_other() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_folders_are_explained_with_what_is_true_of_them() {
        let help = Cli::command().render_long_help().to_string();
        for said in [
            environment::DATA_DIR,
            environment::POLICY_DIR,
            insula_permissions::PolicyFolders::SYSTEM,
        ] {
            assert!(help.contains(said), "{said}");
        }
    }

    #[test]
    fn every_verb_and_option_is_explained() {
        for verb in Cli::command().get_subcommands() {
            assert!(verb.get_about().is_some(), "{}", verb.get_name());
            for argument in verb.get_arguments() {
                assert!(
                    argument.get_help().is_some(),
                    "{} {}",
                    verb.get_name(),
                    argument.get_id()
                );
            }
        }
    }
}
