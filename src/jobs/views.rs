//! The page of jobs.

use maud::{Markup, html};

use super::pages::Listed;
use super::queue::{State, Summary};
use crate::web::field::submission;
use crate::web::moment::Moments;
use crate::web::page::page as layout;
use crate::web::{Context, Message, tabs};

/// The whole page; `issue` makes a key for each of its forms.
pub fn page(context: &Context, listed: &Listed, issue: &dyn Fn() -> String) -> Markup {
    let title = context.language.text("jobs-title");
    let main = html! {
        (tabs(context, "/jobs"))
        div.heading { h1 tabindex="-1" { (title) } }
        p.hint { (context.language.text("jobs-hint")) }
        @for (state, jobs) in listed { (section(context, *state, jobs, issue)) }
    };
    layout(context, &title, main)
}

fn section(
    context: &Context,
    state: State,
    jobs: &[(&'static str, Summary)],
    issue: &dyn Fn() -> String,
) -> Markup {
    let text = |key| context.language.text(key);
    let (id, title) = match state {
        State::Failed => ("jobs-failed", "jobs-failed"),
        State::Running => ("jobs-running", "jobs-running"),
        State::Waiting | State::Done => ("jobs-waiting", "jobs-waiting"),
    };
    html! {
        section id=(id) aria-labelledby={ (id) "-title" } {
            h2 id={ (id) "-title" } { (text(title)) }
            @if jobs.is_empty() { p { (text("jobs-none")) } } @else {
                table.listed {
                    thead { tr {
                        @for label in ["jobs-kind", "jobs-progress", "jobs-since", "jobs-reason"] {
                            th scope="col" { span { (text(label)) } }
                        }
                        th scope="col" { span.unseen { (text("jobs-actions")) } }
                    } }
                    tbody { @for (database, job) in jobs { (row(context, database, job, issue)) } }
                }
            }
        }
    }
}

fn row(context: &Context, database: &str, job: &Summary, issue: &dyn Fn() -> String) -> Markup {
    let text = |key| context.language.text(key);
    let moments = Moments::new(context.language);
    let action = format!("/jobs/{database}/{}/retry", job.id);
    html! {
        tr id={ "job-" (job.id) } {
            th scope="row" { (kind(context, &job.kind)) }
            td data-label=(text("jobs-progress")) { (progress(context, job)) }
            td data-label=(text("jobs-since")) { (moments.time(if job.state == State::Running { job.created_at } else { job.at })) }
            td data-label=(text("jobs-reason")) { (job.last_error.as_deref().unwrap_or("–")) }
            td {
                @if job.state == State::Failed {
                    form method="post" action=(action) {
                        (submission(&issue()))
                        button.quiet aria-label={ (text("jobs-retry")) ": " (kind(context, &job.kind)) } { (text("jobs-retry")) }
                    }
                }
            }
        }
    }
}

/// In words; a kind of another release by its own name.
fn kind(context: &Context, name: &str) -> String {
    match name {
        "mail" => context.language.text("job-mail"),
        "retention" => context.language.text("job-retention"),
        "keys" => context.language.text("job-keys"),
        other => other.to_owned(),
    }
}

fn progress(context: &Context, job: &Summary) -> String {
    let message = match (job.total, job.state) {
        (Some(total), _) => Message::new("jobs-done-of").with("done", job.done).with("total", total),
        (None, State::Running) => Message::new("jobs-by").with("replica", job.replica.as_str()),
        (None, _) => Message::new("jobs-tries").with("count", job.tries),
    };
    message.text(context.language)
}
