using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Door;

/// <summary>
/// Every scan and every check-in. Scans of one device go one after the other under the device's row, so that a nonce is
/// counted once; scans of one ticket under the ticket's row, whichever device and instance they come by. The table's keys
/// hold even without.
/// </summary>
static class ScanTable
{
    /// <summary>A scan as its device made it.</summary>
    /// <param name="TicketId">Null when the text was no ticket of this session.</param>
    /// <param name="At">When it was made, by the device's clock, never later than now.</param>
    public sealed record Scan(string Nonce, string? TicketId, Instant At);

    /// <summary>
    /// Counts a scan. Of several scans of one person the earliest is the check-in, also when it is uploaded last; a scan
    /// that comes a second time changes nothing.
    /// </summary>
    public static async Task<ScanOutcome> Count(Tx tx, DeviceRow device, Scan scan, Instant now)
    {
        // Handed in again it is the scan that it was; for another ticket it is a device that counts wrongly, and whoever
        // it scanned must not pass for the first one.
        if (await Earlier(tx, device, scan.Nonce) is { } known)
            return known.TicketId is null || known.TicketId == scan.TicketId
                ? known
                : new()
                {
                    Nonce = scan.Nonce,
                    TicketId = scan.TicketId,
                    Outcome = ScanResult.Refused.Word(),
                    Reason = Refusals.NonceReused.Code,
                };
        if (scan.TicketId is null)
            return await Keep(tx, device, scan, ScanResult.Refused, Refusals.TicketInvalid.Code, now);
        if (
            await tx.Find<string>(
                $"SELECT id FROM ticket WHERE id = @TicketId AND session_id = @SessionId {tx.ForUpdate}",
                new { scan.TicketId, device.SessionId }
            )
            is null
        )
            return await Keep(
                tx,
                device,
                scan with
                {
                    TicketId = null,
                },
                ScanResult.Refused,
                Refusals.TicketInvalid.Code,
                now
            );

        if (await Live(tx, scan.TicketId) is { } first)
        {
            // Who was scanned at a rehearsal, or by a clock that is days behind, still comes in on the day.
            var opens = await OpensAt(tx, device.SessionId);
            if (scan.At < opens == first.At < opens ? scan.At >= first.At : scan.At < opens)
                return await Keep(tx, device, scan, ScanResult.Duplicate, null, now);
            // Between a rehearsal and the day somebody may have been refused, or have stepped back.
            if (first.At < opens && scan.At >= opens && await Barred(tx, scan.TicketId) is { } outside)
                return await Keep(tx, device, scan, ScanResult.Refused, outside.Code, now);
            // An offline device was there before, or what was counted was too early: that is the duplicate.
            await tx.Execute("UPDATE door_scan SET outcome = 'duplicate' WHERE id = @ScanId", new { first.ScanId });
            var kept = await Keep(tx, device, scan, ScanResult.Admitted, null, now);
            await tx.Execute(
                "UPDATE check_in SET at = @At, device_id = @DeviceId, scan_id = @ScanId WHERE id = @Id",
                new
                {
                    first.Id,
                    scan.At,
                    DeviceId = device.Id,
                    kept.ScanId,
                }
            );
            await tx.Record(
                now,
                new Change(
                    device.SessionId,
                    "check_in.replaced",
                    scan.TicketId,
                    new { device = first.DeviceId, at = first.At },
                    new { device = device.Id, at = scan.At }
                )
            );
            return kept;
        }

        if (
            await tx.Get<long>(
                "SELECT COUNT(*) FROM check_in WHERE ticket_id = @TicketId AND undone_at >= @At",
                new { scan.TicketId, scan.At }
            ) > 0
        )
            return await Keep(tx, device, scan, ScanResult.Refused, Refusals.CheckInUndone.Code, now);
        if (await Barred(tx, scan.TicketId) is { } barred)
            return await Keep(tx, device, scan, ScanResult.Refused, barred.Code, now);

        var admitted = await Keep(tx, device, scan, ScanResult.Admitted, null, now);
        var id = TypeId.New("chk", now);
        await tx.Execute(
            """
            INSERT INTO check_in (id, session_id, ticket_id, device_id, scan_id, at)
            VALUES (@id, @SessionId, @TicketId, @DeviceId, @ScanId, @At)
            """,
            new
            {
                id,
                device.SessionId,
                scan.TicketId,
                DeviceId = device.Id,
                admitted.ScanId,
                scan.At,
            }
        );
        await tx.Record(
            now,
            new Change(
                device.SessionId,
                "check_in.made",
                scan.TicketId,
                After: new { device = device.Id, at = scan.At }
            )
        );
        return admitted;
    }

    /// <summary>From when on a scan is of the day itself: 12 hours before it begins, which no queue is longer than.</summary>
    public static async Task<Instant> OpensAt(Statements read, string sessionId) =>
        Opens(await read.Get<Instant>("SELECT begins_at FROM session WHERE id = @sessionId", new { sessionId }));

    /// <inheritdoc cref="OpensAt"/>
    public static Instant Opens(Instant sessionBegins) => sessionBegins - Duration.FromHours(12);

    static async Task<Refusal?> Barred(Statements read, string ticketId) =>
        (await PersonRow.Find(read, ticketId))!.Barred;

    /// <summary>False when the person is not checked in.</summary>
    public static async Task<bool> Undo(Tx tx, string sessionId, string ticketId, Instant now)
    {
        await tx.Find<string>($"SELECT id FROM ticket WHERE id = @ticketId {tx.ForUpdate}", new { ticketId });
        var undone = await tx.Execute(
            "UPDATE check_in SET undone_at = @now, undone_by = @Actor WHERE ticket_id = @ticketId AND session_id = @sessionId AND undone_at IS NULL",
            new
            {
                ticketId,
                sessionId,
                tx.Actor,
                now,
            }
        );
        if (undone == 1)
            await tx.Record(now, new Change(sessionId, "check_in.undone", ticketId));
        return undone == 1;
    }

    static Task<CheckInRow?> Live(Statements read, string ticketId) =>
        read.Find<CheckInRow>(
            "SELECT id, at, device_id, scan_id FROM check_in WHERE ticket_id = @ticketId AND undone_at IS NULL",
            new { ticketId }
        );

    static async Task<ScanOutcome?> Earlier(Tx tx, DeviceRow device, string nonce) =>
        await tx.Find<ScanOutcome>(
            "SELECT id AS scan_id, nonce, ticket_id, outcome, reason FROM door_scan WHERE device_id = @Id AND nonce = @nonce",
            new { device.Id, nonce }
        );

    static async Task<ScanOutcome> Keep(
        Tx tx,
        DeviceRow device,
        Scan scan,
        ScanResult result,
        string? reason,
        Instant now
    )
    {
        var kept = new ScanOutcome
        {
            ScanId = TypeId.New("scn", now),
            Nonce = scan.Nonce,
            TicketId = scan.TicketId,
            Outcome = result.Word(),
            Reason = reason,
        };
        await tx.Execute(
            """
            INSERT INTO door_scan (id, session_id, device_id, nonce, ticket_id, scanned_at, received_at, outcome, reason)
            VALUES (@ScanId, @SessionId, @DeviceId, @Nonce, @TicketId, @At, @now, @Outcome, @Reason)
            """,
            new
            {
                kept.ScanId,
                device.SessionId,
                DeviceId = device.Id,
                kept.Nonce,
                kept.TicketId,
                scan.At,
                now,
                kept.Outcome,
                kept.Reason,
            }
        );
        return kept;
    }

    sealed record CheckInRow
    {
        public string Id { get; init; } = "";
        public Instant At { get; init; }
        public string DeviceId { get; init; } = "";
        public string ScanId { get; init; } = "";
    }
}

sealed record ScanOutcome
{
    public string ScanId { get; init; } = "";
    public string Nonce { get; init; } = "";
    public string? TicketId { get; init; }
    public string Outcome { get; init; } = "";
    public string? Reason { get; init; }
}

public enum ScanResult
{
    /// <summary>The person is in by this scan.</summary>
    Admitted,

    /// <summary>The person was in already; the answer says since when and by which device.</summary>
    Duplicate,
    Refused,
}
