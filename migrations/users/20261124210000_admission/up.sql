-- Goes up with whatever ends all sign-ins of an account: what was proven of it before opens nothing any more.
ALTER TABLE accounts ADD COLUMN epoch INT UNSIGNED NOT NULL DEFAULT 0;

-- For finding those that are open to an address.
ALTER TABLE invitations ADD KEY invitations_email (email);
