account-title = My account
account-profile-title = Name and language
account-profile-submit = Save
account-language = Language
account-email-title = E-mail
account-email-now = It is { $email } at present.
account-email-new = New e-mail
account-email-submit = Change e-mail
account-password-title = Password
account-password-lead = Changing it ends your other sign-ins.
account-password-current = Current password
account-password-new = New password
account-password-submit = Change password
account-sign-ins-title = My sign-ins
account-this = This one
account-since = Since { $when }
account-seen = last seen { $when }
account-end = End
account-end-label = End the sign-in of { $device }
account-end-others = End all others
account-others-title = Your other sign-ins
account-others-text = You are signed in elsewhere, too, and stay so. If anybody else might be using one of those sign-ins, end them.
account-device = { $browser } on { $system }
account-device-browser = { $browser } on an unknown system
account-device-system = Unknown browser on { $system }
account-device-unknown = Unknown browser

account-confirm-title = Confirm your e-mail
account-confirm-text = From now on you sign in with { $email }.
account-confirm-submit = Confirm
account-gone-title = This link is no good
account-link-gone = It has been used, its time is over, or there is a newer one. Ask for another from your account.

email-same = This is your address already.
email-taken-meanwhile = Meanwhile another account has taken this address. Nothing was changed.
password-wrong = This isn’t your current password.
password-same = This is the one that you have now.
register-throttled = Many accounts have been created from your connection in a short time. Wait a few minutes, then try again.

reset-title = I forgot my password
reset-lead = Enter your e-mail and we’ll send you a link to set a new password.
reset-submit = Send the link
reset-back = Back to signing in
reset-without-mail = This installation sends no mail. Ask whoever administers Bodega in your organisation for a link to set a new password.
reset-sent-title = Check your mail
reset-sent-text = If there is an account with that address, it will get a link in a few moments, good for 30 minutes.
reset-sent-other = Nothing there?
reset-sent-other-link = Ask again
reset-throttled = Too many requests from your connection. Wait a few minutes, then try again.
reset-new-title = Set a new password
reset-new-lead = Saving it ends all your sign-ins. After that you sign in with it as ever.
reset-new-submit = Save password
reset-set-title = Password saved
reset-set-text = All your sign-ins have ended. You can sign in with the new password now.
reset-gone-title = This link is no longer good
reset-gone-text = It has been used, its time is over, or there is a newer one.
reset-gone-link = Ask for another link

ended-expired = Your sign-in has expired. Sign in again.
ended-elsewhere = You ended this sign-in from another browser. Sign in again.
ended-password = Your account’s password has changed, which ended this sign-in. Sign in with the new one.
ended-disabled = Your account is disabled. Talk to whoever administers Bodega in your organisation.
ended-administrator = An administrator of Bodega ended your sign-in. Sign in again.
ended-factor = The two-step verification of your account has changed. Sign in again.
ended-requirement = Your organisation requires two-step verification now, and your account doesn’t have it yet. Sign in to turn it on.
ended-otherwise = Your sign-in has ended. Sign in again.

mail-password-link-subject = Set a new password for Bodega
mail-password-link =
    Hello { $name },

    someone, probably you, asked to set a new password for your Bodega account. Do it here:

    { $link }

    The link is good for 30 minutes and one use. If it wasn’t you, do nothing: your password stays what it is.
mail-confirm-address-subject = Confirm your e-mail for Bodega
mail-confirm-address =
    Hello { $name },

    confirm here that this is your new address for Bodega:

    { $link }

    The link is good for 30 minutes and one use. If you didn’t ask for it, do nothing.
mail-address-changed-subject = The e-mail of your Bodega account has changed
mail-address-changed =
    Hello { $name },

    your Bodega account has another e-mail address from now on, and this one no longer signs in.

    If you didn’t change it, tell whoever administers Bodega in your organisation at once.
mail-password-changed-subject = The password of your Bodega account has changed
mail-password-changed =
    Hello { $name },

    your Bodega account has a new password, and its other sign-ins have ended.

    If you didn’t change it, tell whoever administers Bodega in your organisation at once.
mail-factor-added-subject = Two-step verification is on for your Bodega account
mail-factor-added =
    Hello { $name },

    your Bodega account has two-step verification from now on: after the password it asks for a code from an app.

    If you didn’t turn it on, tell whoever administers Bodega in your organisation at once.
mail-factor-removed-subject = Two-step verification is off for your Bodega account
mail-factor-removed =
    Hello { $name },

    the two-step verification of your Bodega account has been removed: from now on the password alone is enough.

    If you didn’t remove it, tell whoever administers Bodega in your organisation at once.
mail-recovery-codes-subject = Your Bodega account has new recovery codes
mail-recovery-codes =
    Hello { $name },

    your Bodega account has new recovery codes, and those from before are good no more.

    If you didn’t ask for them, tell whoever administers Bodega in your organisation at once.
mail-passkey-added-subject = Your Bodega account has a new passkey
mail-passkey-added =
    Hello { $name },

    your Bodega account has a new passkey, “{ $passkey }”, which signs in without a password.

    If you didn’t make it, tell whoever administers Bodega in your organisation at once.
mail-passkey-removed-subject = A passkey of your Bodega account has been removed
mail-passkey-removed =
    Hello { $name },

    the passkey “{ $passkey }” of your Bodega account has been removed and no longer signs in.

    If you didn’t remove it, tell whoever administers Bodega in your organisation at once.

account-email-restored = Below is the new e-mail address that you typed before signing in. It has not been changed yet: your password is needed.
account-profile-restored = Below are the name and language that you typed before signing in. They have not been saved yet.
