-- What came back of mails to a domain, found by the domain.

CREATE INDEX address_proofs_domain ON address_proofs(substr(email, instr(email, '@') + 1))
  WHERE kind IN ('reply', 'bounce');
CREATE INDEX events_domain ON events(substr(recipient, instr(recipient, '@') + 1))
  WHERE class IN ('sent', 'reply', 'bounce') AND recipient IS NOT NULL;
