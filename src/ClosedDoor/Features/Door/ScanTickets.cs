using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Door;

/// <summary>
/// A paired device hands in scans: one at the door, or all that it made while it was offline. Each has a nonce of the
/// device's making, so handing in again is safe.
/// </summary>
public static class ScanTickets
{
    public const int Most = 500;
    const int LongestNonce = 64;

    /// <summary>A device that lost its battery starts in 1970.</summary>
    const int MostDaysWrong = 36_500;

    /// <param name="Ticket">The text of the QR code.</param>
    /// <param name="ScannedAt">By the device's clock, for a scan made offline; left out, it is now.</param>
    public sealed record Scanned(string? Ticket, string? Nonce, Instant? ScannedAt = null);

    /// <param name="SentAt">
    /// The time by the device's clock as it hands in. A clock that is wrong is put right by the difference, so that who
    /// was first does not depend on it.
    /// </param>
    public sealed record Request(Scanned[]? Scans, Instant? SentAt = null);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/door/scans", Handle)
            .Named("ScanTickets", "Hand in scans, made now or offline")
            .RequireAuthorization(Policy.Device)
            .Answers<ScansView>()
            .Refuses(Refusals.Invalid, Refusals.NotFound)
            .Example(
                new Request(
                    [new("CD1.tkt_01khws5mbcf5rtnyjcg1a9w9j6.1.AAAA", "8f14e45f", Instant.FromUtc(2027, 3, 1, 0, 45))],
                    Instant.FromUtc(2027, 3, 1, 1, 10)
                )
            );

    static async Task<IResult> Handle(Request request, Caller caller, Database db, TicketKeys keys) =>
        (await Execute(db, keys, caller, request)).ToOk();

    public static async Task<Outcome<ScansView>> Execute(Database db, TicketKeys keys, Caller caller, Request request)
    {
        var errors = new FieldErrors();
        var given = request.Scans ?? [];
        if (given.Length is 0 or > Most)
            errors.Add("scans", $"每次 1 至 {Most} 条。", $"From 1 to {Most} at a time.");
        var texts = given
            .Take(Most)
            .Select(
                (one, i) =>
                    (
                        Ticket: one?.Ticket ?? "",
                        Nonce: errors.Text($"scans[{i}].nonce", one?.Nonce, LongestNonce),
                        one?.ScannedAt
                    )
            )
            .ToList();
        if (errors.Refusal is { } invalid)
            return invalid;
        if (await DeviceTable.Of(db, caller) is not { } device)
            return Refusals.NotFound;

        var wrongBy = Within(caller.Now - (request.SentAt ?? caller.Now));
        var scans = new List<ScanTable.Scan>();
        foreach (var (ticket, nonce, scannedAt) in texts)
            scans.Add(
                new(
                    nonce,
                    await keys.Verify(ticket, device.SessionId),
                    scannedAt is { } at ? PutRight(at, wrongBy, caller.Now) : caller.Now
                )
            );

        return await db.Write<ScansView>(
            caller,
            async tx =>
            {
                if (!await DeviceTable.Lock(tx, device.Id))
                    return Refusals.NotFound;
                var counted = new ScanOutcome[scans.Count];
                // In one order on all devices, so that no two uploads wait for each other's tickets.
                foreach (
                    var (i, scan) in scans
                        .Index()
                        .OrderBy(one => one.Item.TicketId, StringComparer.Ordinal)
                        .ThenBy(one => one.Item.At)
                )
                    counted[i] = await ScanTable.Count(tx, device, scan, caller.Now);
                var views = new List<ScanView>();
                var opens = await ScanTable.OpensAt(tx, device.SessionId);
                foreach (var (i, scan) in scans.Index())
                {
                    var outcome = counted[i];
                    var person = outcome.TicketId is null ? null : await PersonRow.Find(tx, outcome.TicketId);
                    views.Add(
                        new(
                            scan.Nonce,
                            Words.Parse<ScanResult>(outcome.Outcome),
                            outcome.Reason,
                            outcome.TicketId,
                            person?.Name,
                            person?.Unit,
                            person?.CheckedInAt,
                            person?.CheckedInBy,
                            scan.At < opens,
                            person?.Warnings ?? []
                        )
                    );
                }
                return new ScansView(views);
            }
        );
    }

    /// <summary>No further than the calendar goes: what a device claims may be anything.</summary>
    static Duration Within(Duration wrongBy) =>
        Duration.Max(-Duration.FromDays(MostDaysWrong), Duration.Min(wrongBy, Duration.FromDays(MostDaysWrong)));

    /// <summary>Never later than now: a clock that runs ahead gains nobody anything.</summary>
    static Instant PutRight(Instant scannedAt, Duration wrongBy, Instant now) =>
        scannedAt >= now + Duration.FromDays(MostDaysWrong) ? now
        : scannedAt <= now - Duration.FromDays(MostDaysWrong) ? scannedAt
        : Instant.Min(scannedAt + wrongBy, now);
}

public sealed record ScansView(IReadOnlyList<ScanView> Results);

/// <summary>What became of one scan.</summary>
/// <param name="Reason">A problem code, when it was refused.</param>
/// <param name="FirstAt">Since when the person is in; for a duplicate, the scan that was first.</param>
/// <param name="FirstBy">The name of the device that let the person in.</param>
/// <param name="Early">Made more than 12 hours before the session begins: a rehearsal, or a clock that is wrong. It is no attendance, and a scan of the day replaces it.</param>
/// <param name="Warnings">What to see to before the person walks in.</param>
public sealed record ScanView(
    string Nonce,
    ScanResult Result,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TicketId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Unit,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Instant? FirstAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? FirstBy,
    bool Early,
    IReadOnlyList<DoorWarning> Warnings
);
