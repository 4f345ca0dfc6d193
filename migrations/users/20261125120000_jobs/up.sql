-- Work that outlives a request: see src/jobs. `run_at` is when it is due, or its lease over; none once it has ended.
CREATE TABLE jobs (
    id BINARY(16) NOT NULL PRIMARY KEY,
    kind VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    input MEDIUMTEXT NOT NULL,
    position TEXT NOT NULL,
    steps INT UNSIGNED NOT NULL DEFAULT 0,
    done INT UNSIGNED NOT NULL DEFAULT 0,
    total INT UNSIGNED NULL,
    run_at DATETIME(6) NULL,
    lease INT UNSIGNED NOT NULL DEFAULT 0,
    replica VARCHAR(64) NOT NULL DEFAULT '',
    tries INT UNSIGNED NOT NULL DEFAULT 0,
    last_error VARCHAR(255) NULL,
    created_at DATETIME(6) NOT NULL,
    taken_at DATETIME(6) NULL,
    ended_at DATETIME(6) NULL,
    failed_at DATETIME(6) NULL,
    KEY jobs_due (run_at),
    KEY jobs_ended (ended_at),
    KEY jobs_failed (failed_at)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
