//! Journeys in headless Chromium: a replica behind a real socket, pages as people meet them, with and
//! without JavaScript, on a phone and on a desktop.

#[path = "../support/mod.rs"]
mod support;

mod axe;
mod chromium;
mod site;
mod tab;

mod accessibility;
mod away;
mod conflicts;
mod days;
mod factor;
mod fields;
mod forms;
mod guards;
mod keyboard;
mod list;
mod pages;
mod passkeys;
mod privacy;
mod signed_out;
