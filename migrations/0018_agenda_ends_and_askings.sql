-- A guest of whom nothing else is kept is still to be told which meetings are off. It goes with the mail.
CREATE TABLE agenda_end (
  invitation_id TEXT PRIMARY KEY REFERENCES invitation (id),
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  told_at BIGINT NOT NULL
);
CREATE INDEX agenda_end_told ON agenda_end (told_at);

-- Which of several askings after the same end of the day counts; null before there are any.
ALTER TABLE match_participant ADD COLUMN asking TEXT;
