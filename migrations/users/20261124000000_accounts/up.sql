CREATE TABLE accounts (
    id BINARY(16) NOT NULL PRIMARY KEY,
    first_name VARCHAR(60) NOT NULL,
    last_name VARCHAR(60) NOT NULL,
    email VARCHAR(254) NOT NULL,
    -- The address in lower case: what makes it unique. In lower case, `İ` is two characters.
    email_key VARCHAR(508) COLLATE utf8mb4_bin NOT NULL,
    password_hash VARCHAR(255) NOT NULL,
    role VARCHAR(20) NOT NULL,
    language CHAR(2) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    updated_at DATETIME(6) NOT NULL,
    UNIQUE KEY accounts_email (email_key)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;

-- A sign-in, which outlives Redis. Its id is the SHA-256 of the session's id.
CREATE TABLE sign_ins (
    id BINARY(32) NOT NULL PRIMARY KEY,
    account_id BINARY(16) NOT NULL,
    address VARCHAR(45) NOT NULL,
    agent VARCHAR(255) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    last_seen_at DATETIME(6) NOT NULL,
    ended_at DATETIME(6),
    ended_because VARCHAR(20),
    -- Whether Redis may still hold the session of a sign-in that has ended.
    lingering BOOLEAN NOT NULL DEFAULT FALSE,
    KEY sign_ins_account (account_id, created_at),
    KEY sign_ins_lingering (lingering)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;

-- Idempotency keys of forms, and what the form was answered.
CREATE TABLE submissions (
    person BINARY(16) NOT NULL,
    submission BINARY(16) NOT NULL,
    fingerprint BINARY(32) NOT NULL,
    answer TEXT,
    created_at DATETIME(6) NOT NULL,
    PRIMARY KEY (person, submission),
    KEY submissions_created (created_at)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Facts about this installation: who its first administrator is, its secret.
CREATE TABLE settings (
    name VARCHAR(40) NOT NULL PRIMARY KEY,
    value VARBINARY(255) NOT NULL
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
