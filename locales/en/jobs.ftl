jobs-title = Jobs
jobs-hint = What Bodega does by itself, on whichever server is free: sending mail, removing what is no longer needed.
jobs-failed = Given up
jobs-running = Running
jobs-waiting = Waiting
jobs-none = None.
jobs-kind = Job
jobs-progress = Progress
jobs-since = When
jobs-reason = Reason
jobs-actions = Actions
jobs-retry = Try again
jobs-done-of = { $done } of { $total }
jobs-by = on { $replica }
jobs-tries = { $count ->
    [0] no failed tries
    [one] { $count } failed try
   *[other] { $count } failed tries
}
job-mail = Send a mail
job-retention = Remove what is no longer needed
job-keys = Forget keys of forms
