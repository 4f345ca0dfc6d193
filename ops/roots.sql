# Run by the server at each start, with bin/up and with Compose: root is root from this machine's socket
# only, and nobody is without a name. What makes a new database, and an older release, left others.
SET @others = (SELECT COALESCE(CONCAT('DROP USER ', GROUP_CONCAT(QUOTE(User), '@', QUOTE(Host))), 'DO 0') FROM mysql.user WHERE User = '' OR (User = 'root' AND Host <> 'localhost'));
PREPARE statement FROM @others;
EXECUTE statement;
DEALLOCATE PREPARE statement;
