//! The whole system as `bin/up` starts it, with the program of this build: three replicas behind two
//! HAProxy processes.

#[path = "../support/mod.rs"]
mod support;

// The people of bin/drill.
#[allow(dead_code)]
#[path = "../../src/bin/bodega-drill/history.rs"]
mod history;
#[path = "../../src/bin/bodega-drill/html.rs"]
mod html;
#[path = "../../src/bin/shared/http.rs"]
mod http;
#[allow(dead_code)]
#[path = "../../src/bin/bodega-drill/person.rs"]
mod person;

mod accounts;
mod backups;
mod crowd;
mod door;
mod drill;
mod front;
mod https;
mod limits;
mod losses;
mod process;
mod proxies;
mod stack;
mod streams;
mod visitor;
