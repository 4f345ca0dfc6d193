# What the next page says of what was just done.
notice-profile-saved = Saved.
notice-email-changed = Your e-mail has been changed.
notice-email-asked = We have sent a link to the new address. Open it within 30 minutes and the change is made.
notice-password-changed = Your password has been changed and your other sign-ins have ended.
notice-sign-in-ended = The sign-in has ended.
notice-other-sign-ins-ended = Your other sign-ins have ended.
notice-role-changed = Role changed.
notice-disabled = Account disabled.
notice-enabled = Account enabled.
notice-sign-ins-ended = Signed out everywhere.
notice-factor-reset = Their two-step verification has been reset.
notice-invited = Invitation on its way.
notice-invitation-revoked = Invitation withdrawn.
notice-product-created = Product created.
notice-product-updated = Changes saved.
notice-product-restored = Product restored.
notice-product-deleted = “{ $name }” was deleted.
