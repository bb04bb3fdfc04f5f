-- Each person that a company sends is looked at by the organizer.
ALTER TABLE delegate ADD COLUMN vetting TEXT NOT NULL DEFAULT 'pending' CHECK (vetting IN ('pending', 'approved', 'refused'));
ALTER TABLE delegate ADD COLUMN vetting_note TEXT;
ALTER TABLE delegate ADD COLUMN vetted_at BIGINT;
ALTER TABLE delegate ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

-- What a person accepted by a link of their own, to the letter. Kept when the person is replaced: no name is in it.
CREATE TABLE delegate_acceptance (
  delegate_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('nda', 'integrity_pledge')),
  version BIGINT NOT NULL,
  text_sha256 TEXT NOT NULL,
  accepted_at BIGINT NOT NULL,
  PRIMARY KEY (delegate_id, kind, version)
);

-- Whether a guest and a company are in each other's debt, as each of the two declares it.
CREATE TABLE conflict_declaration (
  guest_id TEXT NOT NULL REFERENCES guest (id),
  company_id TEXT NOT NULL REFERENCES company (id),
  declared_by TEXT NOT NULL CHECK (declared_by IN ('guest', 'company')),
  -- Words separated by blanks; empty where there is none.
  kinds TEXT NOT NULL,
  note TEXT,
  declared_at BIGINT NOT NULL,
  PRIMARY KEY (guest_id, company_id, declared_by)
);
CREATE INDEX conflict_declaration_company ON conflict_declaration (company_id);
