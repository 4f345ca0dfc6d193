DROP TABLE security_log;
DROP TABLE passkeys;
DROP TABLE recovery_codes;
DROP TABLE factors;
DROP TABLE mails;
DROP TABLE invitations;
DROP TABLE links;
ALTER TABLE accounts DROP COLUMN disabled_at, DROP COLUMN last_seen_at, DROP KEY accounts_name;
