# What can be wrong in any form.
fields-check = { $count ->
    [one] One field needs correcting.
   *[other] { $count } fields need correcting.
}
fields-limit = Up to { $max } characters
fields-show-password = Show the password
fields-restored = This is what you typed before you signed in. It has not been saved yet.
fields-discard = Discard it
fields-lost = What you typed before you signed in could not be kept. You will have to type it again.

required-field = This field can’t be empty.
invisible-character = It contains a character that cannot be seen ({ $number }). Delete it, or type the text again.
too-long = Too long: at most { $max } characters fit.
bad-characters = It contains characters that can’t be stored.
submission-changed = This form was already sent with other content, belongs to another account, or has been open for days. Nothing was saved: check it and send it again.
submission-away = This can’t be saved right now. Try again in a moment.
