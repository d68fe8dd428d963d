-- What is known of addresses: evidence of the box, of its domain, when to ask again, and the verdict that follows.

CREATE TABLE mail_domains (
  domain TEXT PRIMARY KEY, outcome TEXT NOT NULL, mx TEXT NOT NULL DEFAULT '[]', accepts_all INTEGER,
  accepts_all_on TEXT, checked_on TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE address_proofs (
  id INTEGER PRIMARY KEY, email TEXT NOT NULL, kind TEXT NOT NULL, word TEXT NOT NULL, source TEXT NOT NULL DEFAULT '',
  detail TEXT NOT NULL DEFAULT '', seen_on TEXT NOT NULL);
CREATE INDEX address_proofs_email ON address_proofs(email);
CREATE TABLE address_retries (
  email TEXT PRIMARY KEY, asked INTEGER NOT NULL, ask_at TEXT NOT NULL, made_up TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE addresses (
  email TEXT PRIMARY KEY, verdict TEXT NOT NULL, send TEXT NOT NULL, reasons TEXT NOT NULL DEFAULT '[]',
  flags TEXT NOT NULL DEFAULT '[]', suggestion TEXT, checked_on TEXT) WITHOUT ROWID;
