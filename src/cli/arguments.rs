//! Argument errors, in one line.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, Error, Parser};

/// Parses the command line. A missing or invalid setting ends the program with one line that names its variable and
/// says what belongs there; any other error with clap's own message.
pub fn parse<T: Parser>() -> T {
    T::try_parse().unwrap_or_else(|error| match complaint(&error, &T::command()) {
        Some(complaint) => {
            eprintln!("bodega: {complaint}");
            std::process::exit(2)
        }
        None => error.exit(),
    })
}

fn complaint(error: &Error, command: &Command) -> Option<String> {
    let named = match error.get(ContextKind::InvalidArg)? {
        ContextValue::String(name) => name,
        ContextValue::Strings(names) => names.first()?,
        _ => return None,
    };
    let flag = named.split(' ').next()?.strip_prefix("--")?;
    let setting = setting(command, flag)?;
    let variable = setting.get_env()?.to_str()?;
    let reason = match error.kind() {
        ErrorKind::MissingRequiredArgument => "is not set".to_owned(),
        ErrorKind::ValueValidation => format!("is wrong: {}", std::error::Error::source(error)?),
        ErrorKind::InvalidValue => "is wrong".to_owned(),
        _ => return None,
    };
    Some(format!("{variable} {reason}. {}", meaning(setting)))
}

/// The setting with this flag, of any subcommand.
fn setting<'a>(command: &'a Command, flag: &str) -> Option<&'a Arg> {
    let own = command.get_arguments().find(|setting| setting.get_long() == Some(flag));
    own.or_else(|| command.get_subcommands().find_map(|command| setting(command, flag)))
}

/// What belongs there, with an example.
fn meaning(setting: &Arg) -> String {
    let help = setting.get_help().map(ToString::to_string).unwrap_or_default();
    let choices: Vec<_> =
        setting.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    let default = setting.get_default_values().first().and_then(|value| value.to_str());
    match default {
        _ if !choices.is_empty() => format!("{help}: {}", choices.join(" or ")),
        Some(default) => format!("{help}, e.g. {default}"),
        None => help,
    }
}
