//! The pages of administrators, and accepting an invitation.

use bodega::accounts::account::Account;
use bodega::audit::log_page;
use bodega::audit::query::{Entry, Filter, Page, Query};
use bodega::audit::{Event, VARIOUS};
use bodega::auth::sign_in::Summary;
use bodega::id::Id;
use bodega::jobs::{JobState, JobSummary as Job, views};
use bodega::people::directory::{self, Listing, Row};
use bodega::people::invitation::{self, Delivery, Invitation};
use bodega::people::views::banner::Banner;
use bodega::people::views::person::Shown;
use bodega::people::views::{acceptance, invitations, people, person};
use bodega::web::{Context, Form, Language, Message, Role};
use maud::Markup;
use time::PrimitiveDateTime;
use time::macros::datetime;

use crate::samples::data;

const AT: PrimitiveDateTime = datetime!(2026-01-02 03:04);

/// The pages, each with a name.
pub fn pages(context: &Context, visitor: &Context) -> Vec<(String, Markup)> {
    let administrator =
        context.person.clone().map(|person| bodega::web::Person { role: Role::Administrator, ..person });
    let context = &Context { person: administrator, ..context.clone() };
    let mut pages = lists(context);
    pages.extend(persons(context));
    pages.extend(logs(context));
    pages.extend(invited(context));
    pages.push(("jobs".into(), jobs(context)));
    let shown = invitation(None, None);
    pages.push(("acceptance".into(), acceptance::page(visitor, "token", &shown, &Form::default())));
    pages.push(("no invitation".into(), acceptance::gone(visitor)));
    pages
}

fn account(is_disabled: bool) -> Account {
    let name = (data("Ana"), data("López"));
    let email = data("ana@ejemplo.com");
    let mut account =
        Account::new(Id::NIL, (&name.0, &name.1), &email, String::new(), Role::Clerk, Language::Spanish);
    account.disabled_at = is_disabled.then_some(AT);
    account
}

fn lists(context: &Context) -> Vec<(String, Markup)> {
    let row = |seen| Row {
        id: Id::NIL,
        first_name: data("Ana"),
        last_name: data("López"),
        email: data("ana@ejemplo.com"),
        role: "clerk".into(),
        created_at: AT,
        disabled_at: seen,
        last_seen_at: seen,
    };
    let listing = |rows: Vec<Row>, query| Listing { query, total: 30 * rows.len() as u64, rows };
    let filters = directory::Filter { q: data("x"), ..directory::Filter::default() };
    let filtered = directory::Query { filters, page: 2, ..directory::Query::default() };
    vec![
        ("people".into(), people::page(context, &listing(vec![row(None), row(Some(AT))], filtered.clone()))),
        ("nobody".into(), people::page(context, &listing(vec![], filtered))),
    ]
}

fn entries() -> Vec<Entry> {
    let entry = |event: Event| Entry {
        id: Id::NIL,
        at: AT,
        event: event.key().into(),
        actor_id: Some(Id::NIL),
        actor: data("ana@ejemplo.com"),
        subject_id: None,
        subject: data("luis@ejemplo.com"),
        detail: match event {
            Event::RoleChanged => "clerk → viewer".into(),
            Event::LogShortened => "12000".into(),
            Event::Refused => VARIOUS.into(),
            _ => data("x"),
        },
        address: "192.0.2.1".into(),
        agent: data("Firefox"),
        request_id: data("id"),
        times: if event.is_refusal() { 57 } else { 1 },
        since: event.is_refusal().then_some(AT),
    };
    Event::ALL.map(entry).into()
}

fn persons(context: &Context) -> Vec<(String, Markup)> {
    let sign_in = |ended_at| Summary {
        address: "192.0.2.1".into(),
        agent: data("Firefox"),
        created_at: AT,
        last_seen_at: AT,
        ended_at,
    };
    let sign_ins = [sign_in(None), sign_in(Some(AT))];
    let page = |is_disabled, sign_ins: &[Summary], entries: &[Entry], banner| {
        let (submissions, factor) = (std::array::from_fn(|_| String::new()), Some(String::new()));
        person::page(
            context,
            &Shown { account: &account(is_disabled), sign_ins, entries, banner, submissions, factor },
        )
    };
    let refused = Banner::Refused(Message::new("people-last-administrator"));
    let text = Message::new("people-link-text").with("minutes", 30);
    let link = Banner::Link { title: "people-link-title", text, link: data("link") };
    vec![
        ("person".into(), page(false, &sign_ins, &entries(), None)),
        ("refused".into(), page(false, &sign_ins, &entries(), Some(refused))),
        ("link".into(), page(false, &sign_ins, &entries(), Some(link))),
        ("disabled person".into(), page(true, &[], &[], None)),
    ]
}

fn logs(context: &Context) -> Vec<(String, Markup)> {
    let page = Page { entries: entries(), has_newer: true, has_older: true };
    let filters = Filter { event: Some(Event::Invited), person: data("ana"), ..Filter::default() };
    vec![
        ("log".into(), log_page::page(context, &Query::default(), &page, Some(AT))),
        (
            "empty log".into(),
            log_page::page(context, &Query { filters, ..Query::default() }, &Page::default(), None),
        ),
    ]
}

fn jobs(context: &Context) -> Markup {
    let kinds = ["mail", "mail-adoption", "retention", "users-expiry", "products-expiry", &data("kind")];
    let job = |(tries, kind): (usize, &&str)| Job {
        id: Id::NIL,
        kind: (*kind).to_owned(),
        replica: data("web1"),
        done: 3,
        total: (tries == 5).then_some(70),
        tries: tries as u32,
        last_error: (tries > 0).then(|| data("why")),
        at: AT,
    };
    let all = || kinds.iter().enumerate().map(job).map(|job| ("db_usuarios", job)).collect();
    let listed = [(JobState::Failed, all()), (JobState::Running, all()), (JobState::Waiting, vec![])];
    views::page(context, &listed, &|| "key".into())
}

fn invitation(accepted_at: Option<PrimitiveDateTime>, revoked_at: Option<PrimitiveDateTime>) -> Invitation {
    Invitation {
        id: Id::NIL,
        email: data("eva@ejemplo.com"),
        role: "manager".into(),
        invited_by_name: data("Ana"),
        created_at: AT,
        expires_at: datetime!(9000-01-01 00:00),
        revoked_at,
        accepted_at,
    }
}

fn invited(context: &Context) -> Vec<(String, Markup)> {
    let mail = |sent_at, tries, expires_at| {
        Some(Delivery { sent_at, tries, expires_at, last_error: (tries > 0).then(|| data("refused")) })
    };
    let open = || invitation(None, None);
    let later = datetime!(9000-01-01 00:00);
    let rows = [
        (open(), None),
        (open(), mail(None, 0, later)),
        (open(), mail(None, 2, later)),
        (open(), mail(Some(AT), 1, later)),
        (open(), mail(None, 2, AT)),
        (invitation(Some(AT), None), None),
        (invitation(None, Some(AT)), None),
        (Invitation { expires_at: AT, ..open() }, None),
    ];
    let page = |form: &Form, is_mailed, banner| {
        let issue = || String::from("key");
        let listing =
            invitation::Listing { query: invitation::Query::default(), rows: rows.to_vec(), total: 30 };
        let shown = invitations::Shown { form, listing: &listing, banner, is_mailed, issue: &issue };
        invitations::page(context, &shown)
    };
    let text = Message::new("invitations-link-text").with("email", data("eva@ejemplo.com"));
    let link = Banner::Link { title: "invitations-link-title", text, link: data("link") };
    let mut refused = Form::default();
    refused.fail("email", Message::new("email-taken"));
    vec![
        ("invitations".into(), page(&Form::default(), false, Some(link))),
        ("invitations by mail".into(), page(&refused, true, None)),
    ]
}
