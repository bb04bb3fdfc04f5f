using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Platform.Identity;

/// <summary>
/// Every change to personal links. Who issues or revokes one records it with the thing that it is for; after a
/// revocation has committed, <see cref="KnownTokens.Forget"/> makes it felt at once.
/// </summary>
static class PersonalLinkTable
{
    /// <param name="token">From <see cref="NewToken"/>; only its hash is kept.</param>
    /// <returns>The link's id.</returns>
    public static async Task<string> Issue(
        Tx tx,
        LinkPurpose purpose,
        string subjectId,
        string token,
        Instant expiresAt,
        Instant now
    )
    {
        var id = TypeId.New("lnk", now);
        await tx.Execute(
            """
            INSERT INTO personal_link (id, token_hash, purpose, subject_id, expires_at, created_at)
            VALUES (@id, @Hash, @Purpose, @subjectId, @expiresAt, @now)
            """,
            new
            {
                id,
                Hash = Secrets.Hash(token),
                Purpose = purpose.Word(),
                subjectId,
                expiresAt,
                now,
            }
        );
        return id;
    }

    /// <summary>
    /// As <see cref="Issue"/>, for a letter. Who corrects the address, and ends the links afterwards, waits for this transaction
    /// or is seen by it: no link goes to an address that is none any more.
    /// </summary>
    /// <returns>False when one of those to whom the letter is written is not who may have the link.</returns>
    public static async Task<bool> IssueTo(
        Tx tx,
        LinkAddressee addressee,
        IReadOnlyList<string> addresses,
        string subjectId,
        string token,
        Instant expiresAt,
        Instant now
    )
    {
        var right = await tx.Find<string>($"{addressee.Address} {tx.ForUpdate}", new { subjectId });
        if (!addresses.All(address => address == right))
            return false;
        await Issue(tx, addressee.Purpose, subjectId, token, expiresAt, now);
        return true;
    }

    /// <summary>Ends all links to one thing.</summary>
    /// <param name="except">The id of one that stays: by it came who asks for this.</param>
    /// <returns>How many there were.</returns>
    public static Task<int> Revoke(Tx tx, LinkPurpose purpose, string subjectId, Instant now, string? except = null) =>
        tx.Execute(
            """
            UPDATE personal_link SET revoked_at = @now
            WHERE subject_id = @subjectId AND purpose = @Purpose AND revoked_at IS NULL AND id <> @Except
            """,
            new
            {
                subjectId,
                Purpose = purpose.Word(),
                now,
                Except = except ?? "",
            }
        );

    /// <summary>Links that hold now hold until then at least: what they are for has moved to a later day.</summary>
    /// <param name="subjects">A SELECT of the ids that they are for, by <c>@sessionId</c>.</param>
    /// <returns>How many hold longer.</returns>
    public static Task<int> Prolong(
        Tx tx,
        LinkPurpose purpose,
        string subjects,
        string sessionId,
        Instant until,
        Instant now
    ) =>
        tx.Execute(
            $"""
            UPDATE personal_link SET expires_at = @until
            WHERE subject_id IN ({subjects}) AND purpose = @Purpose AND revoked_at IS NULL
                AND expires_at > @now AND expires_at < @until
            """,
            new
            {
                sessionId,
                Purpose = purpose.Word(),
                until,
                now,
            }
        );

    /// <summary>Deletes links that expired before then: they open nothing, and of whom they were is nobody's to know.</summary>
    /// <returns>How many went, <paramref name="most"/> at a time.</returns>
    public static Task<int> Forget(Tx tx, Instant before, long most) =>
        tx.Execute(
            """
            DELETE FROM personal_link WHERE id IN (
              SELECT id FROM personal_link WHERE expires_at < @before ORDER BY expires_at LIMIT @most)
            """,
            new { before, most }
        );

    /// <summary>256 random bits, to be shown once and never stored.</summary>
    public static string NewToken() => Secrets.New(Secrets.PersonalLink);
}
