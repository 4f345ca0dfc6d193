jobs-title = Jobs
jobs-hint = What Bodega does by itself, on whichever server is free: sending mail, removing what is no longer needed.
jobs-failed = Given up
jobs-failed-hint = Bodega has stopped trying. Once what “Last failure” says is mended, “Try again” puts them back in the queue: they go on where they stopped, and nothing is done twice.
jobs-running = Running
jobs-waiting = Waiting
jobs-none = None.
jobs-kind = Job
jobs-progress = Status
jobs-since = Since
jobs-due = Due
jobs-ended = Given up at
jobs-reason = Last failure
jobs-actions = Actions
jobs-retry = Try again
jobs-done-of = { $done } of { $total }
jobs-by = on { $replica }
jobs-tries = { $count ->
    [one] { $count } failed try
   *[other] { $count } failed tries
}
job-mail = Send a mail
job-mail-adoption = Take over the previous version’s mail
job-retention = Remove old sign-ins, links, invitations and mail
job-users-expiry = Forget old forms and jobs (people)
job-products-expiry = Forget old forms and jobs (products)
