//! What is wrong with a setting, said in one line.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, Error};

/// Names the variable that is missing or wrong, and gives an example. Nothing when the error is about
/// something else, a mistyped option perhaps. Never shows the value, which may hold a password.
pub fn complaint(command: &Command, error: &Error) -> Option<String> {
    let wrong = match error.kind() {
        ErrorKind::MissingRequiredArgument => "is not set".to_owned(),
        ErrorKind::ValueValidation => reason(error),
        ErrorKind::InvalidValue => "has an unknown value".to_owned(),
        _ => return None,
    };
    let shown = match error.get(ContextKind::InvalidArg)? {
        ContextValue::String(shown) => shown,
        ContextValue::Strings(several) => several.first()?,
        _ => return None,
    };
    // As in `--redis-url <REDIS_URL>`.
    let option = shown.split(' ').next()?.strip_prefix("--")?;
    let argument = command.get_subcommands().flat_map(Command::get_arguments);
    let argument = argument.into_iter().find(|argument| argument.get_long() == Some(option))?;
    let variable = argument.get_env()?.to_string_lossy();
    Some(format!("{variable} {wrong}; an example: {variable}={}", example(argument)))
}

fn reason(error: &Error) -> String {
    let source = std::error::Error::source(error);
    source.map_or_else(|| "is wrong".to_owned(), |source| format!("is wrong: {source}"))
}

/// The default, or what the help gives as an example.
fn example(argument: &Arg) -> String {
    let default = argument.get_default_values().first().map(|value| value.to_string_lossy().into_owned());
    let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
    default.or_else(|| help.split("e.g. ").nth(1).map(str::to_owned)).unwrap_or_default()
}
