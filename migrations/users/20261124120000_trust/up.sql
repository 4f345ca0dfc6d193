ALTER TABLE accounts
    ADD COLUMN disabled_at DATETIME(6),
    ADD COLUMN last_seen_at DATETIME(6),
    ADD KEY accounts_name (last_name, first_name, id);

-- One-time links that were sent or shown: setting a new password, changing the address. The id is the
-- SHA-256 of what stands in the link.
CREATE TABLE links (
    id BINARY(32) NOT NULL PRIMARY KEY,
    account_id BINARY(16) NOT NULL,
    kind VARCHAR(20) NOT NULL,
    -- What the link is about, e.g. the new address.
    detail VARCHAR(254) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    used_at DATETIME(6),
    KEY links_account (account_id, kind)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;

CREATE TABLE invitations (
    id BINARY(16) NOT NULL PRIMARY KEY,
    -- SHA-256 of what stands in the link.
    link BINARY(32) NOT NULL,
    email VARCHAR(254) NOT NULL,
    role VARCHAR(20) NOT NULL,
    invited_by BINARY(16) NOT NULL,
    invited_by_name VARCHAR(121) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    revoked_at DATETIME(6),
    accepted_at DATETIME(6),
    UNIQUE KEY invitations_link (link),
    KEY invitations_created (created_at)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;

-- Mail on its way: stored with the change that causes it, sent by any replica.
CREATE TABLE mails (
    id BINARY(16) NOT NULL PRIMARY KEY,
    recipient VARCHAR(254) NOT NULL,
    subject VARCHAR(200) NOT NULL,
    body TEXT NOT NULL,
    created_at DATETIME(6) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    next_try_at DATETIME(6),
    tries INT UNSIGNED NOT NULL DEFAULT 0,
    sent_at DATETIME(6),
    last_error VARCHAR(255),
    KEY mails_next_try (next_try_at)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;

-- The second factor of an account.
CREATE TABLE factors (
    account_id BINARY(16) NOT NULL PRIMARY KEY,
    -- Secret of RFC 6238.
    secret VARBINARY(64) NOT NULL,
    confirmed_at DATETIME(6),
    -- The time step of the last code that was accepted: each is accepted once.
    last_step BIGINT UNSIGNED NOT NULL DEFAULT 0
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE recovery_codes (
    account_id BINARY(16) NOT NULL,
    -- SHA-256; a code has 80 random bits.
    code BINARY(32) NOT NULL,
    used_at DATETIME(6),
    PRIMARY KEY (account_id, code)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE passkeys (
    id VARBINARY(255) NOT NULL PRIMARY KEY,
    account_id BINARY(16) NOT NULL,
    name VARCHAR(60) NOT NULL,
    -- webauthn-rs' own JSON.
    credential TEXT NOT NULL,
    created_at DATETIME(6) NOT NULL,
    last_used_at DATETIME(6),
    KEY passkeys_account (account_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;

-- What happened, when, by whom, from where, to whom. Only ever added to.
CREATE TABLE security_log (
    id BINARY(16) NOT NULL PRIMARY KEY,
    at DATETIME(6) NOT NULL,
    event VARCHAR(40) NOT NULL,
    actor_id BINARY(16),
    actor VARCHAR(254) NOT NULL,
    subject_id BINARY(16),
    subject VARCHAR(254) NOT NULL,
    detail VARCHAR(255) NOT NULL,
    address VARCHAR(45) NOT NULL,
    agent VARCHAR(255) NOT NULL,
    request_id VARCHAR(64) NOT NULL,
    KEY security_log_at (at, id),
    KEY security_log_event (event, at),
    KEY security_log_subject (subject_id, at),
    KEY security_log_actor (actor_id, at)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
