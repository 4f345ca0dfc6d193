//! Configuration is environment variables; a wrong one stops the start with a line that names it.

use crate::process::{environment, run};
use crate::support::Shop;

const EXAMPLES: [(&str, &str); 3] = [
    ("BODEGA_USERS_DATABASE_URL", "mysql://"),
    ("BODEGA_PRODUCTS_DATABASE_URL", "mysql://"),
    ("BODEGA_REDIS_URL", "redis://"),
];

fn nowhere() -> Shop {
    Shop {
        users_url: "mysql://b@127.0.0.1:1/db_usuarios".parse().unwrap(),
        products_url: "mysql://b@127.0.0.1:1/db_productos".parse().unwrap(),
        redis_url: "redis://127.0.0.1:1".parse().unwrap(),
    }
}

#[test]
fn a_missing_address_is_named_with_an_example() {
    for (name, example) in EXAMPLES {
        let mut environment = environment(&nowhere());
        environment.retain(|(other, _)| *other != name);
        let output = run(&["serve"], &environment);
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{name}");
        assert!(complaint.contains(name) && complaint.contains(example), "{name}: {complaint}");
        assert_eq!(complaint.trim().lines().count(), 1, "{complaint}");
    }
}

#[test]
fn a_wrong_value_is_named_with_an_example() {
    for (name, value) in [
        ("BODEGA_USERS_DATABASE_URL", "postgres://b@h/x"),
        ("BODEGA_USERS_DATABASE_URL", "mysql://b@h"),
        ("BODEGA_PRODUCTS_DATABASE_URL", "not a url"),
        ("BODEGA_REDIS_URL", "http://h"),
        ("BODEGA_LISTEN", "8000"),
        ("BODEGA_INTERNAL_LISTEN", "localhost:x"),
        ("BODEGA_PUBLIC_URL", "bodega.example"),
        ("BODEGA_REGISTRATION", "maybe"),
        ("BODEGA_REPLICA", "a b"),
        ("BODEGA_ARGON2_MEMORY", "1024"),
        ("BODEGA_SESSION_DAYS", "0"),
        ("BODEGA_SECRET", "too short"),
        ("BODEGA_FRONT_SECRET", "too short"),
        ("BODEGA_HOSTS", "http://almacen"),
    ] {
        let mut environment = environment(&nowhere());
        environment.retain(|(other, _)| *other != name);
        environment.push((name, value.to_owned()));
        let output = run(&["serve"], &environment);
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{name}");
        assert!(complaint.contains(name), "{name} is not named: {complaint}");
        assert_eq!(complaint.trim().lines().count(), 1, "{complaint}");
    }
}

#[test]
fn help_lists_every_variable() {
    let output = run(&["serve", "--help"], &[]);
    let help = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    for name in [
        "BODEGA_LISTEN",
        "BODEGA_INTERNAL_LISTEN",
        "BODEGA_REPLICA",
        "BODEGA_USERS_DATABASE_URL",
        "BODEGA_PRODUCTS_DATABASE_URL",
        "BODEGA_REDIS_URL",
        "BODEGA_PUBLIC_URL",
        "BODEGA_REGISTRATION",
        "BODEGA_HOSTS",
        "BODEGA_FRONT_SECRET",
    ] {
        assert!(help.contains(name), "{name} in\n{help}");
    }
}

#[test]
fn no_help_shows_a_password_of_the_environment() {
    let secret = [("BODEGA_USERS_DATABASE_URL", "mysql://b:verysecret@h/db_usuarios".to_owned())];
    let output = run(&["serve", "--help"], &secret);
    assert!(!String::from_utf8(output.stdout).unwrap().contains("verysecret"));
}

#[test]
fn passwords_that_are_published_are_for_a_first_try_on_this_machine_only() {
    let compose = include_str!("../../compose.yaml");
    let variable = |name: &str| compose.split_once(&format!("${{{name}:-")).expect("a password").1;
    let published = |name: &str| variable(name).split('}').next().expect("its end").to_owned();
    for (variable, name, url) in [
        ("BODEGA_USERS_DATABASE_URL", "BODEGA_USERS_PASSWORD", "mysql://b:PASSWORD@127.0.0.1:1/db"),
        ("BODEGA_PRODUCTS_DATABASE_URL", "BODEGA_PRODUCTS_PASSWORD", "mysql://b:PASSWORD@127.0.0.1:1/db"),
        (
            "BODEGA_USERS_OWNER_DATABASE_URL",
            "BODEGA_USERS_OWNER_PASSWORD",
            "mysql://b:PASSWORD@127.0.0.1:1/db",
        ),
        (
            "BODEGA_PRODUCTS_OWNER_DATABASE_URL",
            "BODEGA_PRODUCTS_OWNER_PASSWORD",
            "mysql://b:PASSWORD@127.0.0.1:1/db",
        ),
        ("BODEGA_REDIS_URL", "BODEGA_REDIS_PASSWORD", "redis://default:PASSWORD@127.0.0.1:1"),
        ("BODEGA_FRONT_SECRET", "BODEGA_FRONT_SECRET", "PASSWORD"),
    ] {
        let mut environment = environment(&nowhere());
        environment.retain(|(other, _)| *other != variable);
        environment.push((variable, url.replace("PASSWORD", &published(name))));
        environment.push(("BODEGA_PUBLIC_URL", "https://bodega.example".into()));
        let command = if variable.contains("OWNER") { "migrate" } else { "serve" };
        let output = run(&[command], &environment);
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{name}");
        assert!(complaint.contains(&format!("set {name} ")), "{complaint}");
        assert!(!complaint.contains(&published(name)), "{complaint}");
    }
}
