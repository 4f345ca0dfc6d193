site-name = Bodega
site-description = Your organisation’s products and people, up to date and close at hand.
site-skip = Skip to content
site-navigation = Main
site-overview = Overview
site-products = Products
site-login = Sign in
site-register = Create account
site-logout = Sign out
site-language = English
# Short names of the months, January to December, separated by spaces.
site-months = Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec

site-retrying = The connection was interrupted. Trying again; there is nothing you need to do.
site-waiting = This is taking longer than usual. We keep trying; there is nothing you need to do.
site-gave-up = There is no answer. What you typed is still here.
site-retry = Try again

site-unsent = You had been signed out, and nothing that you sent was done. If you still want it, do it again.

site-again-title = Sign in again
site-again-text = Your sign-in has ended. Sign in here, and what you typed is sent just as it is.
site-again-ended = Sign in here and go on where you were: what you have typed is kept.
site-again-cancel = Not now
site-again-other = You signed in with another account, so nothing was sent. Check the form and send it yourself.
