users-first-name = First name
users-last-name = Last name
users-email = E-mail
users-password = Password
users-password-hint = At least 8 characters. A phrase that only you would say makes a good one.

users-login-title = Sign in
users-login-submit = Sign in
users-login-other = No account yet?
users-login-other-link = Create an account

users-register-title = Create an account
users-register-lead = With it you see and look after your organisation’s products.
users-register-submit = Create account
users-register-other = Already have an account?
users-register-other-link = Sign in
users-closed-title = Registration is closed
users-closed-text = Accounts can’t be created from this page at present. Ask whoever administers Bodega in your organisation for one.

email-invalid = Enter a complete address, such as name@example.com.
email-taken = There is already an account with this address.
password-too-short = Too short: at least 8 characters are needed.
password-too-long = Too long: at most 256 characters fit.
password-common = This password is well known and easy to guess. Choose another.
password-personal = Don’t use your name, your address or the organisation’s name as a password.
login-failed = The e-mail or the password is wrong.
login-throttled = { $seconds ->
    [one] Too many tries. Wait one second, then try again.
   *[other] Too many tries. Wait { $seconds } seconds, then try again.
}
login-away = Signing in isn’t possible right now. People already signed in can go on working. Try again in a moment.
register-away = Accounts can’t be created right now. Try again in a moment.
