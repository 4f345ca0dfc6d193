//! The page of jobs.

use maud::{Markup, html};

use super::listing::{JobState, JobSummary, Listed};
use crate::web::{Context, Message, TimeFormat, button_form, layout, list, page, tabs};

/// The page; `issue` makes a key for each form.
pub fn page(context: &Context, listed: &[Listed], issue: &dyn Fn() -> String) -> Markup {
    let title = context.language.text("jobs-title");
    let main = html! {
        (tabs(context, "/jobs"))
        (page::heading(context, &title, html! {}))
        p.hint { (context.language.text("jobs-hint")) }
        @for (state, jobs) in listed { (section(context, *state, jobs, issue)) }
    };
    layout(context, &title, main)
}

/// The title of a state, and the label of its time.
fn words(state: JobState) -> (&'static str, &'static str) {
    match state {
        JobState::Running => ("jobs-running", "jobs-since"),
        JobState::Waiting => ("jobs-waiting", "jobs-due"),
        JobState::Failed | JobState::Done => ("jobs-failed", "jobs-ended"),
    }
}

fn section(
    context: &Context,
    state: JobState,
    jobs: &[(&'static str, JobSummary)],
    issue: &dyn Fn() -> String,
) -> Markup {
    let text = |key| context.language.text(key);
    let (title, at) = words(state);
    let actions = (state == JobState::Failed).then_some("jobs-actions");
    html! {
        section.part id=(title) aria-labelledby={ (title) "-title" } {
            h2 id={ (title) "-title" } { (text(title)) }
            @if jobs.is_empty() { p { (text("jobs-none")) } } @else {
                @if state == JobState::Failed { p.hint { (text("jobs-failed-hint")) } }
                table.listed.jobs {
                    (list::labels(context, &["jobs-kind", "jobs-progress", at, "jobs-reason"], actions))
                    tbody { @for (database, job) in jobs { (row(context, state, database, job, issue)) } }
                }
            }
        }
    }
}

fn row(
    context: &Context,
    state: JobState,
    database: &str,
    job: &JobSummary,
    issue: &dyn Fn() -> String,
) -> Markup {
    let (text, kind) = (|key| context.language.text(key), kind(context, &job.kind));
    let action = format!("/jobs/{database}/{}/retry", job.id);
    let retry = html! { button aria-label={ (text("jobs-retry")) ": " (kind) } { (text("jobs-retry")) } };
    html! {
        tr id={ "job-" (job.id) } {
            th scope="row" { (kind) }
            td data-label=(text("jobs-progress")) { (progress(context, state, job)) }
            td data-label=(text(words(state).1)) { (TimeFormat::new(context.language).time(job.at)) }
            td data-label=[job.last_error.is_some().then(|| text("jobs-reason"))] {
                // Errors are in English.
                @if let Some(error) = &job.last_error { span lang="en" { (error) } }
            }
            @if state == JobState::Failed {
                td {
                    (button_form(&action, &issue(), retry))
                }
            }
        }
    }
}

/// A kind's name for people; its own for kinds of other releases.
fn kind(context: &Context, name: &str) -> String {
    match name {
        "mail" => context.language.text("job-mail"),
        "mail-adoption" => context.language.text("job-mail-adoption"),
        "retention" => context.language.text("job-retention"),
        "users-expiry" => context.language.text("job-users-expiry"),
        "products-expiry" => context.language.text("job-products-expiry"),
        other => other.to_owned(),
    }
}

fn progress(context: &Context, state: JobState, job: &JobSummary) -> String {
    let done = job.total.map(|total| {
        let (done, total) = (u64::from(job.done), u64::from(total));
        Message::new("jobs-done-of").with("done", done).with("total", total)
    });
    let replica =
        (state == JobState::Running).then(|| Message::new("jobs-by").with("replica", job.replica.as_str()));
    let tries = (job.tries > 0 && state != JobState::Running)
        .then(|| Message::new("jobs-tries").with("count", u64::from(job.tries)));
    let all = [done, replica, tries].into_iter().flatten();
    all.map(|message| message.text(context.language)).collect::<Vec<_>>().join(" · ")
}
