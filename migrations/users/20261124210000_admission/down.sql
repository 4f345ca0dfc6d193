ALTER TABLE invitations DROP KEY invitations_email;
ALTER TABLE accounts DROP COLUMN epoch;
