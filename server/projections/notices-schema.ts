/** In columns, so that a message that comes again is known without its chain; the rest as JSON. */
export const NOTICES_SCHEMA = `
  CREATE TABLE warning (id TEXT PRIMARY KEY, json TEXT NOT NULL);
  CREATE TABLE warning_message (message TEXT NOT NULL, sent INTEGER, chain TEXT NOT NULL, UNIQUE (message, sent));
  CREATE TABLE planned (id TEXT PRIMARY KEY, json TEXT NOT NULL);`
