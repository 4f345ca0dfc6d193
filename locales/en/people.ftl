people-title = People
people-sections = People, invitations and log
people-invite = Invite people
people-search = Search people
people-search-placeholder = Name or e-mail…
people-role = Role
people-all-roles = All roles
people-state = State
people-all-states = Enabled and disabled
people-enabled = Enabled
people-disabled = Disabled
people-disabled-one = disabled
people-disabled-since = Disabled since
people-list = List of people
people-count = { $count ->
    [0] Nobody
    [one] { $shown } person
   *[other] { $shown } people
}
people-none-title = Nobody matches
people-none-text = Try fewer words or the beginning of one, or other filters.
people-name = Name
people-seen = Last seen
people-never = never
people-created = Joined

people-powers = Actions
people-set-role = Change role
people-role-unknown = Choose one of the roles.
people-make-link = Make a link for a new password
people-make-link-hint = For someone who can’t get in: shows a link, which you pass on yourself. Earlier ones stop working.
people-end-sign-ins = Sign out everywhere
people-end-sign-ins-hint = Ends their sign-ins on all devices. They can sign in again.
people-disable = Disable account
people-disable-hint = Signs them out everywhere and doesn’t let them in any more. Nothing is deleted.
people-enable = Enable account
people-enable-hint = Lets them sign in again, with the password and role they had.
people-last-administrator = This is the last administrator. Make someone else an administrator first.
people-link-title = Link for a new password
people-link-text = Pass it on only to the person. It works once, for { $minutes } minutes, and is shown only now.
people-link-gone = The link was made, but its answer was lost on the way, and it isn’t shown a second time. Make another one.
people-link-disabled = The account is disabled. Enable it first.

people-sign-ins = Recent sign-ins
people-sign-ins-none = Never signed in.
people-sign-in-ended = ended
people-sign-in-seen = last seen on { $when }
people-activity = What happened
people-activity-all = See it all in the log

login-disabled = This account is disabled. If you think that’s a mistake, talk to whoever administers Bodega.

role-administrator = Administrator
role-manager = Manager
role-clerk = Clerk
role-viewer = Viewer
role-may-administrator = everything, people too
role-may-manager = products, deleting them too
role-may-clerk = creates and edits products
role-may-viewer = only looks

invitations-title = Invitations
invitations-hint-mail = We’ll send them a link with which they create their account. It works once, for 7 days.
invitations-hint-link = You’ll get a link to pass on, with which they create their account. It works once, for 7 days.
invitations-submit = Invite
invitations-by = Invited by
invitations-until = Valid until
invitations-open = open
invitations-accepted = accepted
invitations-revoked = withdrawn
invitations-expired = expired
invitations-revoke = Withdraw
invitations-link-title = Link to accept the invitation
invitations-link-text = Pass it on to { $email }. It works once, for 7 days, and is shown only now.
invitations-link-gone = The invitation was made, but its answer was lost on the way, and the link isn’t shown a second time. Invite the person again: the earlier link stops working.
invitation-mail-subject = { $person } invites you to Bodega
invitation-mail-body = Hello,

    { $person } invites you to Bodega, where your organisation keeps its products.
    Create your account here:

    { $link }

    The link works once, for 7 days. If you don’t know what this is about, ignore this message.

mail-waiting = mail waiting
mail-sent = mail sent
mail-failed = mail not delivered yet
mail-expired = mail not sent

acceptance-title = Create your account
acceptance-lead = { $person } invites you to Bodega as: { $role }.
acceptance-no-good-title = This invitation isn’t valid
acceptance-no-good-text = It was used already, has been withdrawn or is too old. Ask whoever invited you for another one.

log-title = Security log
log-list = Entries of the log
log-order = { $count ->
    [one] One entry on this page
   *[other] { $count } entries on this page, newest first
}
log-export = Download as CSV
log-event = Event
log-all-events = All events
log-person = Person
log-person-placeholder = Beginning of an e-mail…
log-from = From
log-to = To
log-at = When
log-at-utc = When (UTC)
log-actor = Who
log-subject = Whom
log-detail = Detail
log-address = From where
log-agent = Browser
log-request = Request
log-various = various
log-times = { $times } times since { $when }
log-count = Times
log-since-utc = Since (UTC)
log-removed = { $rows } entries, up to { $when }
log-folded = Refusals that are alike are counted together: the first appears at once, the others within ten minutes.
log-shortened = There were too many entries: those of refusals up to { $when } are gone.
log-shortened-link = See when they were removed
log-none-title = No entries
log-none-text = Nothing in the log matches these filters.
log-newest = Newest
log-newer = Newer
log-older = Older

event-signed-in = Signed in
event-sign-in-failed = Sign-in failed
event-sign-in-throttled = Sign-in held back
event-proof-failed = Password or code wrong
event-proof-throttled = Password or code held back
event-signed-out = Signed out
event-sign-in-ended = Sign-in ended
event-registered = Registered
event-role-changed = Role changed
event-disabled = Account disabled
event-enabled = Account enabled
event-password-changed = Password changed
event-password-link-made = Password link made
event-email-changed = Address changed
event-name-changed = Name changed
event-factor-added = Second factor set up
event-factor-removed = Second factor removed
event-factor-reset = Second factor reset
event-recovery-code-used = Recovery code used
event-passkey-added = Passkey added
event-passkey-removed = Passkey removed
event-invited = Invited
event-invitation-revoked = Invitation withdrawn
event-invitation-accepted = Invitation accepted
event-refused = Refused
event-mail-refused = Mail refused by its server
event-log-shortened = Old refusals removed

detail-password = password
detail-passkey = passkey
detail-password-and-code = password and code
detail-password-and-recovery-code = password and recovery code
detail-second-factor = second factor
detail-second-factor-required = a second factor is required now
detail-required = required
detail-not-required = not required
detail-disabled = account disabled
detail-administrator = by an administrator
detail-all-others = all others
detail-by-mail = by mail
detail-by-link = by link
