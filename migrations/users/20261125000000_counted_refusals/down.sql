ALTER TABLE security_log DROP COLUMN times, DROP COLUMN since;
