//! A day's work while something goes wrong, for each thing that can.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::{sleep, sleep_until};

use crate::days::{self, Evening};
use crate::fault::Fault;
use crate::history::{Event, Summary};
use crate::ledger::{Entry, Ledger};
use crate::person::Person;
use crate::stack::Stack;
use crate::{DOMAIN, Failure, Options, stored};

/// Work goes on for so long after a fault is over.
const AFTERMATH: Duration = Duration::from_secs(2);
/// A request may be sent again so often when its connection to HAProxy breaks.
const REPEATS: u32 = 2;

#[derive(Clone, Copy)]
enum Job {
    Reads,
    Writes,
    ComesAndGoes,
}

/// The people, who stay signed in from the first fault to the last, and what they were told.
pub struct Drill<'a> {
    stack: &'a Stack,
    length: Duration,
    people: Vec<(Job, Person)>,
    ledger: Ledger,
    day: usize,
    /// Every request so far, with the fault that it belongs to.
    pub history: Vec<(String, Event)>,
}

impl<'a> Drill<'a> {
    /// Gives everybody an account.
    ///
    /// # Errors
    ///
    /// When somebody cannot register.
    pub async fn begin(stack: &'a Stack, options: &Options) -> Result<Self, Failure> {
        let mut people = Vec::new();
        let jobs = [
            (Job::Reads, "reader", options.readers),
            (Job::Writes, "writer", options.writers),
            (Job::ComesAndGoes, "visitor", 1),
        ];
        for (job, title, count) in jobs {
            for number in 1..=count {
                let name = format!("{title}{number}");
                let mut person = Person::new(name.clone(), format!("{name}@{DOMAIN}"), stack.front());
                if !days::register(&mut person).await {
                    return Err(format!("{name} cannot register: {:?}", person.history.last()).into());
                }
                people.push((job, person));
            }
        }
        stored::promote(stack).await?;
        for (_, person) in &mut people {
            if days::visit(person).await.is_none() {
                return Err(format!("{} cannot sign in: {:?}", person.name, person.history.last()).into());
            }
        }
        let length = Duration::from_secs(options.seconds);
        let (ledger, history) = (Ledger::default(), Vec::new());
        Ok(Self { stack, length, people, ledger, day: 0, history })
    }

    /// Lets people work while a fault happens, then looks at what is stored.
    ///
    /// # Errors
    ///
    /// When the fault did not happen as meant, or the system does not recover.
    pub async fn endure(&mut self, fault: Fault) -> Result<Summary, Failure> {
        self.stack.until_well().await?;
        // HAProxy believes in a replica again a moment after it is ready.
        sleep(AFTERMATH).await;
        self.day += 1;
        let (evening, started) = (Evening::default(), Instant::now());
        let mut work = self.send_to_work(&evening, fault);
        sleep(self.length / 5).await;
        let happened = fault.happen(self.stack).await;
        let well = self.stack.until_well().await;
        sleep(AFTERMATH).await;
        sleep_until((started + self.length).into()).await;
        let ended = Instant::now();
        evening.begin();
        let events = self.gather(&mut work, fault).await?;
        happened?;
        well?;
        let mut summary = Summary::of(&fault.to_string(), &events, started, ended);
        self.history.extend(events.into_iter().map(|event| (fault.to_string(), event)));
        self.look(&mut summary).await?;
        Ok(summary)
    }

    fn send_to_work(&mut self, evening: &Evening, fault: Fault) -> JoinSet<(Job, Person, Vec<Entry>)> {
        let (mut work, day) = (JoinSet::new(), self.day);
        for (job, mut person) in self.people.drain(..) {
            let evening = evening.clone();
            person.repeats = if fault.is_of_the_front() { REPEATS } else { 0 };
            person.begin_day();
            work.spawn(async move {
                let mut entries = Vec::new();
                match job {
                    Job::Reads => days::read(&mut person, &evening).await,
                    Job::Writes => entries = days::write(&mut person, &evening, day).await,
                    Job::ComesAndGoes => days::come_and_go(&mut person, &evening).await,
                }
                (job, person, entries)
            });
        }
        work
    }

    async fn gather(
        &mut self,
        work: &mut JoinSet<(Job, Person, Vec<Entry>)>,
        fault: Fault,
    ) -> Result<Vec<Event>, Failure> {
        let mut events = Vec::new();
        while let Some(done) = work.join_next().await {
            let (job, mut person, entries) = done.map_err(|error| format!("{fault}: {error}"))?;
            events.append(&mut person.history);
            self.ledger.add(entries);
            self.people.push((job, person));
        }
        events.sort_by_key(|event| event.started);
        Ok(events)
    }

    async fn look(&mut self, summary: &mut Summary) -> Result<(), Failure> {
        let mut verdict = self.ledger.compare(&stored::products(self.stack).await?);
        stored::compare_derived(self.stack, &mut verdict).await?;
        summary.lost = verdict.lost;
        summary.doubled = verdict.doubled;
        summary.troubles.extend(verdict.troubles.into_iter().take(20));
        Ok(())
    }

    /// Products that were made and compared.
    pub fn products(&self) -> usize {
        self.ledger.len()
    }

    /// Signs everybody out, so that nothing of them stays in Redis.
    pub async fn end(&mut self) {
        for (_, person) in &mut self.people {
            days::leave(person).await;
        }
    }
}
