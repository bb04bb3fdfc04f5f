using System.Text.Json;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Vetting;

/// <summary>
/// Every change to vettings. All of them hold the vetting's row (<see cref="Lock(Tx, Caller, string)"/>), and each still names the state
/// that it leaves in its WHERE: of two reviewers who decide at once, the second changes nothing.
/// </summary>
static class VettingTable
{
    /// <summary>What a reviewer, or the calendar, decided.</summary>
    public sealed record Decision(
        VettingReason Reason,
        string? Note = null,
        Scorecard? Scores = null,
        LocalDate? ValidThrough = null,
        LocalDate? FirstCertificateExpiry = null
    );

    /// <summary>The vetting, locked; null when there is none, or the caller may not know of it.</summary>
    public static async Task<VettingRow?> Lock(Tx tx, Caller caller, string id) =>
        await Lock(tx, id) is { } row && caller.MaySee(row.CompanyId) ? row : null;

    public static Task<VettingRow?> Lock(Tx tx, string id) =>
        tx.Find<VettingRow>($"{VettingRow.Select} WHERE id = @id {tx.ForUpdate}", new { id });

    /// <summary>The company's approved vetting, locked; null when none is. Locked after any other vetting of the company.</summary>
    public static Task<VettingRow?> LockApproved(Tx tx, string companyId) =>
        tx.Find<VettingRow>(
            $"{VettingRow.Select} WHERE company_id = @companyId AND status = 'approved' {tx.ForUpdate}",
            new { companyId }
        );

    /// <summary>A new draft's id; null when the company has a vetting under way. Two that start at once meet in the index.</summary>
    public static async Task<string?> Add(Tx tx, string companyId, VettingApplication application, Instant now)
    {
        var id = TypeId.New("vet", now);
        var added = await tx.Execute(
            """
            INSERT INTO vetting (id, company_id, status, application, created_at, version)
            VALUES (@id, @companyId, 'draft', @application, @now, 1)
            ON CONFLICT DO NOTHING
            """,
            new
            {
                id,
                companyId,
                application = JsonSerializer.Serialize(application, Json.Options),
                now,
            }
        );
        if (added == 0)
            return null;
        await tx.Record(now, new Change(companyId, "vetting.started", id, After: new { status = VettingStatus.Draft }));
        return id;
    }

    /// <summary>Replaces the application. Null when the vetting takes no changes.</summary>
    public static async Task<VettingRow?> Change(
        Tx tx,
        VettingRow row,
        VettingApplication application,
        IReadOnlyList<string> changed,
        Instant now
    )
    {
        var json = JsonSerializer.Serialize(application, Json.Options);
        var done = await tx.Execute(
            """
            UPDATE vetting SET application = @json, version = version + 1
            WHERE id = @Id AND status IN ('draft', 'info_requested')
            """,
            new { row.Id, json }
        );
        if (done == 0)
            return null;
        // What the company wrote may name people: the log says which parts changed, not what they say.
        await tx.Record(now, new Change(row.CompanyId, "vetting.changed", row.Id, After: new { changed }));
        return row with { Application = json, Version = row.Version + 1 };
    }

    /// <summary>Something that belongs to the vetting has changed: its version moves on.</summary>
    public static async Task<VettingRow> Touch(Tx tx, VettingRow row) =>
        row with
        {
            Version = await tx.Get<long>(
                "UPDATE vetting SET version = version + 1 WHERE id = @Id RETURNING version",
                new { row.Id }
            ),
        };

    /// <summary>The first of two reviewers has signed. Null when it was signed or decided meanwhile.</summary>
    public static async Task<VettingRow?> SignOff(Tx tx, VettingRow row, string reviewer, Scorecard scores, Instant now)
    {
        var done = await tx.Execute(
            """
            UPDATE vetting SET first_reviewer = @reviewer, version = version + 1
            WHERE id = @Id AND status = 'submitted' AND first_reviewer IS NULL
            """,
            new { row.Id, reviewer }
        );
        if (done == 0)
            return null;
        await tx.Record(now, new Change(row.CompanyId, "vetting.signed_off", row.Id, After: new { reviewer, scores }));
        return row with { FirstReviewer = reviewer, Version = row.Version + 1 };
    }

    /// <summary>Changes a vetting's state as its life allows. Null when the trigger is refused in its state.</summary>
    public static async Task<VettingRow?> Transition(
        Tx tx,
        VettingRow row,
        VettingTrigger trigger,
        Instant now,
        Decision? decision = null,
        string? message = null
    )
    {
        var from = row.State;
        if (from.After(trigger) is not { } to)
            return null;
        var after = row with
        {
            Status = to.Word(),
            Message = message ?? row.Message,
            Scores = decision?.Scores is { } scores ? JsonSerializer.Serialize(scores, Json.Options) : row.Scores,
            // A first sign-off was for what the company had sent then.
            FirstReviewer = to is VettingStatus.Submitted or VettingStatus.InfoRequested ? null : row.FirstReviewer,
            DecidedBy = decision is null ? row.DecidedBy : tx.Actor,
            DecidedAt = decision is null ? row.DecidedAt : now,
            ReasonCode = decision is null ? row.ReasonCode : decision.Reason.Code,
            Note = decision is null ? row.Note : decision.Note,
            ValidThrough = decision?.ValidThrough ?? row.ValidThrough,
            FirstCertificateExpiry = decision?.FirstCertificateExpiry ?? row.FirstCertificateExpiry,
            SubmittedAt = to is VettingStatus.Submitted ? now : row.SubmittedAt,
            Version = row.Version + 1,
        };
        var done = await tx.Execute(
            """
            UPDATE vetting SET status = @to, message = @Message, scores = @Scores, first_reviewer = @FirstReviewer,
                decided_by = @DecidedBy, decided_at = @DecidedAt, reason_code = @ReasonCode, note = @Note,
                valid_through = @ValidThrough, first_certificate_expiry = @FirstCertificateExpiry,
                submitted_at = @SubmittedAt, version = version + 1
            WHERE id = @Id AND status = @from
            """,
            new
            {
                row.Id,
                from = from.Word(),
                to = to.Word(),
                after.Message,
                after.Scores,
                after.FirstReviewer,
                after.DecidedBy,
                after.DecidedAt,
                after.ReasonCode,
                after.Note,
                after.ValidThrough,
                after.FirstCertificateExpiry,
                after.SubmittedAt,
            }
        );
        if (done == 0)
            return null;
        await tx.Record(
            now,
            new Change(
                row.CompanyId,
                $"vetting.{to.Word()}",
                row.Id,
                new { status = from },
                new
                {
                    status = to,
                    reasonCode = decision?.Reason.Code,
                    scores = decision?.Scores,
                    validThrough = decision?.ValidThrough,
                    firstCertificateExpiry = decision?.FirstCertificateExpiry,
                    row.FirstReviewer,
                }
            )
        );
        return after;
    }

    /// <summary>Ends the company's earlier approval, whose place the one about to be given takes.</summary>
    public static async Task Replace(Tx tx, string companyId, Instant now)
    {
        if (await LockApproved(tx, companyId) is { } earlier)
            await Transition(tx, earlier, VettingTrigger.Expire, now, new(VettingReason.Replaced, earlier.Note));
    }
}
