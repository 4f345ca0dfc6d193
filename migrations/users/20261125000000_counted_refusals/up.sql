-- A row may tell of many refusals that are alike.
ALTER TABLE security_log
    ADD COLUMN times INT UNSIGNED NOT NULL DEFAULT 1,
    -- When the first of them happened; `at` is the last.
    ADD COLUMN since DATETIME(6);
