DROP TABLE settings;
DROP TABLE submissions;
DROP TABLE sign_ins;
DROP TABLE accounts;
