-- For finding what need not be kept any longer.
ALTER TABLE sign_ins ADD KEY sign_ins_seen (last_seen_at);
ALTER TABLE links ADD KEY links_expires (expires_at);
ALTER TABLE invitations ADD KEY invitations_expires (expires_at);
ALTER TABLE mails ADD KEY mails_created (created_at);

-- For finding what somebody did, by the beginning of an address: nothing else has to be read for it.
ALTER TABLE security_log
    ADD KEY security_log_actor_address (actor, at, event),
    ADD KEY security_log_subject_address (subject, at, event);
