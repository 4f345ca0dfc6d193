ALTER TABLE sign_ins DROP KEY sign_ins_seen;
ALTER TABLE links DROP KEY links_expires;
ALTER TABLE invitations DROP KEY invitations_expires;
ALTER TABLE mails DROP KEY mails_created;
ALTER TABLE security_log DROP KEY security_log_actor_address, DROP KEY security_log_subject_address;
