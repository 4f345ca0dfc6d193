//! What must happen only after a transaction is committed.

use std::cell::RefCell;

type Action = Box<dyn FnOnce() + Send>;

tokio::task_local! {
    static LATER: RefCell<Vec<Action>>;
}

/// Does something after the current transaction is committed; at once outside of one.
pub fn after_commit(deed: impl FnOnce() + Send + 'static) {
    let mut deed: Option<Action> = Some(Box::new(deed));
    let _ = LATER.try_with(|later| later.borrow_mut().extend(deed.take()));
    if let Some(deed) = deed {
        deed();
    }
}

/// Runs a transaction and then, if it is committed, its [`after_commit`] actions.
pub async fn committed<T, E>(transaction: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    let transaction = async {
        let value = transaction.await?;
        Ok((value, LATER.with(RefCell::take)))
    };
    let (value, later) = LATER.scope(RefCell::default(), transaction).await?;
    later.into_iter().for_each(|deed| deed());
    Ok(value)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU8, Ordering};

    use super::*;

    #[tokio::test]
    async fn what_follows_from_a_commit_follows_once_and_only_from_a_commit() {
        let count = Arc::new(AtomicU8::new(0));
        let deed = || {
            let count = Arc::clone(&count);
            move || {
                count.fetch_add(1, Ordering::Relaxed);
            }
        };
        let seen = || count.load(Ordering::Relaxed);
        let _ = committed(async {
            after_commit(deed());
            Err::<(), _>(())
        })
        .await;
        assert_eq!(seen(), 0);
        let committing = committed(async {
            after_commit(deed());
            Ok::<_, ()>(seen())
        });
        assert_eq!((committing.await, seen()), (Ok(0), 1));
        after_commit(deed());
        assert_eq!(seen(), 2, "at once, where nothing is to be committed");
    }
}
