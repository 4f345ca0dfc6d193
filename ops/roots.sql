# The server runs this at each start, with bin/up and with Compose. It leaves root only the local socket, and
# removes anonymous accounts. Creating a database, and older releases, left others.
SET @others = (SELECT COALESCE(CONCAT('DROP USER ', GROUP_CONCAT(QUOTE(User), '@', QUOTE(Host))), 'DO 0') FROM mysql.user WHERE User = '' OR (User = 'root' AND Host <> 'localhost'));
PREPARE statement FROM @others;
EXECUTE statement;
DEALLOCATE PREPARE statement;
