namespace ClosedDoor.Features.Invariants;

/// <summary>What every area stands on. That the audit log's hashes fit is looked at row by row, beside these.</summary>
static class PlatformInvariants
{
    public static readonly Invariant[] All =
    [
        new("a_message_is_leased_with_an_end", "SELECT id FROM outbox WHERE (lease IS NULL) <> (lease_until IS NULL)"),
        new(
            "a_parked_message_is_in_nobodys_hands",
            "SELECT id FROM outbox WHERE parked_at IS NOT NULL AND lease IS NOT NULL"
        ),
        new(
            "a_message_counts_its_attempts",
            "SELECT id FROM outbox WHERE attempts < 0 OR (lease IS NOT NULL AND attempts = 0)"
        ),
        new(
            "a_member_belongs_to_a_company_that_there_is",
            """
            SELECT account.id FROM account
            WHERE account.company_id IS NOT NULL AND account.company_id NOT IN (SELECT company.id FROM company)
            """
        ),
        new(
            "a_disabled_account_is_signed_in_nowhere",
            """
            SELECT sign_in.id FROM sign_in JOIN account ON account.id = sign_in.account_id
            WHERE account.disabled_at IS NOT NULL AND sign_in.revoked_at IS NULL
            """
        ),
        new("a_file_is_as_long_as_it_says", "SELECT sha256 AS id FROM file_content WHERE LENGTH(bytes) <> size"),
        new(
            "a_file_is_kept_for_something",
            """
            SELECT sha256 AS id FROM file_content
            WHERE NOT EXISTS (SELECT 1 FROM evidence WHERE evidence.file_sha256 = file_content.sha256)
                AND NOT EXISTS (SELECT 1 FROM invitation WHERE invitation.approval_sha256 = file_content.sha256)
                AND NOT EXISTS (SELECT 1 FROM fapiao WHERE fapiao.file_sha256 = file_content.sha256)
            """
        ),
        new(
            "evidence_has_its_file",
            """
            SELECT evidence.id FROM evidence
            WHERE evidence.file_sha256 NOT IN (SELECT file_content.sha256 FROM file_content)
            """
        ),
        new(
            "a_fapiao_has_its_file",
            """
            SELECT fapiao.id FROM fapiao
            WHERE fapiao.file_sha256 IS NOT NULL AND fapiao.file_sha256 NOT IN (SELECT file_content.sha256 FROM file_content)
            """
        ),
        new(
            "an_invitations_approval_has_its_file",
            """
            SELECT invitation.id FROM invitation
            WHERE invitation.approval_sha256 IS NOT NULL
                AND invitation.approval_sha256 NOT IN (SELECT file_content.sha256 FROM file_content)
            """
        ),
        new(
            "an_audit_chain_ends_at_its_head",
            """
            SELECT audit_head.chain AS id FROM audit_head LEFT JOIN audit
                ON audit.chain = audit_head.chain AND audit.seq = audit_head.seq
            WHERE audit.hash IS NULL OR audit.hash <> audit_head.hash
            """
        ),
    ];
}
