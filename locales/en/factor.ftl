factor-title = Two-step verification
factor-lead = What protects your account besides the password.
factor-see = Codes from an app
factor-off = Besides your password, an app on your phone gives you a code each time you sign in. Whoever finds out your password stays outside.
factor-on = It’s on: each time you sign in you are asked for a code from your app.
factor-set-up = Turn it on
factor-required-for-you = Your organisation requires it of administrators and managers, so it can’t be removed.

factor-setup-title = Turn on two-step verification
factor-setup-required = Your organisation asks you for it before you go on.
factor-setup-lead = On your phone, open an app for codes, such as Aegis, Google Authenticator or your password manager, and scan this picture.
factor-picture = QR code with your account’s key
factor-open = Open the app on this device
factor-key = Or type this key into the app:
factor-code = Code from the app
factor-code-hint = The six digits that it shows now.
factor-password = Your password
factor-setup-submit = Turn on

factor-codes-title = Recovery codes
factor-codes-lead = Should you lose your phone, each of these codes lets you in once. Keep them in a safe place: they are not shown again.
factor-codes-kept = I have kept them
factor-codes-left = { $count ->
    [0] You have none left. Ask for others.
    [one] You have one left.
   *[other] You have { $count } left.
}
factor-codes-renew = Ask for ten new ones
factor-remove-title = Remove two-step verification
factor-remove-submit = Remove it
factor-any-code-hint = The six digits that it shows now, or a recovery code.

factor-step-title = One more step
factor-step-hint = Open your app for codes and type the six digits that it shows.
factor-step-lost = I don’t have the app at hand
factor-recovery-code = Recovery code
factor-recovery-code-hint = One of the ten that you kept. If you don’t have those either, whoever administers Bodega can help you.
factor-step-submit = Sign in
factor-step-other = Sign in with another account
factor-start-over = Too much time has passed, or something has changed. Begin again.
factor-code-wrong = This code isn’t right, has expired or was used already.
factor-password-wrong = The password is wrong.
factor-away = This can’t be checked right now. Try again in a moment.

factor-settings-tab = Security
factor-settings-title = Security of accounts
factor-settings-heading = Two-step verification
factor-settings-off = Each person decides whether to use it. Once it’s required, the administrators and managers who don’t have it are signed out.
factor-settings-on = Administrators and managers need it. Whoever doesn’t have it yet has been signed out, and is asked to turn it on at the next sign-in.
factor-settings-own-first = First turn it on for yourself, or add a passkey: it would sign you out, too.
factor-settings-start = Require it of administrators and managers
factor-settings-stop = Stop requiring it

factor-reset = Reset two-step verification
factor-reset-hint = If they have lost their phone and their recovery codes. Their passkeys go, too; after it they sign in with the password alone.
event-recovery-codes-made = New recovery codes
event-factor-requirement-changed = Requirement of a second factor changed
factor-reset-mail-subject = Your two-step verification has been reset
operator = Whoever runs Bodega here
factor-reset-mail-body = Hello { $name },

    { $by } has reset the two-step verification of your Bodega account. From now on you sign in with your password alone; you can turn it on again in your account.

    If you didn’t ask for this, tell whoever administers Bodega in your organisation at once.
