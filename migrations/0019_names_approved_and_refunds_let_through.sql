-- What two decisions read from the audit log until now.

-- The name under which reviewers approved the company last, or under which it signed up. The log does not say what a company
-- was called, so that one that was renamed since is left without one, as is one that an instance of the release before signs
-- up: its transfers are looked at by a person until it is approved again.
ALTER TABLE company ADD COLUMN approved_name TEXT;
UPDATE company SET approved_name = name WHERE NOT EXISTS (
  SELECT 1 FROM audit
  WHERE audit.chain = company.id AND audit.action = 'company.changed' AND audit.after LIKE '%"renamed":true%'
    AND audit.seq > COALESCE((SELECT MAX(approval.seq) FROM audit AS approval
      WHERE approval.chain = company.id AND approval.action = 'vetting.approved'), 0)
);

-- When a refund that waited, for a second person or after a failure, was last let through; null when it never waited.
ALTER TABLE refund ADD COLUMN let_through_at BIGINT;
UPDATE refund SET let_through_at = (
  SELECT MAX(audit.at) FROM audit
  WHERE audit.chain = refund.session_id AND audit.subject = refund.id AND audit.action = 'refund.refund_due'
);
