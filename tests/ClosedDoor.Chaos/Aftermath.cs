using ClosedDoor.Features.Invariants;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Chaos;

/// <summary>What has to be true once everything runs again: read from the database itself, beside the instances.</summary>
sealed class Aftermath(Database database, Sandbox stripe, Verdict verdict, TimeSpan? longestDrain = null)
{
    readonly TimeSpan _longestDrain = longestDrain ?? TimeSpan.FromSeconds(90);
    int _takenOver;

    public async Task Check(
        IReadOnlyList<Booker> bookers,
        IReadOnlyList<Inviter> inviters,
        MailSink mail,
        int mostUnnoted
    )
    {
        var money = new MoneyAtStripe(database, stripe, verdict);
        var hurry = mostUnnoted > 0;
        if (_longestDrain > TimeSpan.Zero)
        {
            // Webhooks that were refused come again now. What Stripe answers by the same 500 for a day, drains only then.
            await Drain(hurry, TimeSpan.FromSeconds(5));
            await money.ADayPasses(_longestDrain, () => hurry ? Hurry() : Task.CompletedTask);
        }
        verdict.Check(
            await Drain(hurry, _longestDrain) is var left && left == 0,
            $"the outbox drains ({left} messages left)"
        );
        await money.Check(_longestDrain);
        await InvariantsHold();
        await NothingAcknowledgedIsLost(bookers, inviters);
        await NothingHappenedTwice();
        MailsCame(mail, mostUnnoted > 0 ? mostUnnoted + _takenOver : 0);
    }

    /// <returns>How many messages are left.</returns>
    async Task<long> Drain(bool hurry, TimeSpan longest)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (hurry)
                await Hurry();
            await Task.Delay(_longestDrain > TimeSpan.Zero ? 1000 : 0);
            var left = await Count("SELECT COUNT(*) FROM outbox");
            if (left == 0 || TimeProvider.System.GetElapsedTime(began) >= longest)
                return left;
        }
    }

    /// <summary>Makes due at once what waits for a killed worker's lease to end, or for its next try.</summary>
    async Task Hurry() =>
        _takenOver += await database.Write(
            "chaos",
            async tx =>
            {
                // In one statement: a worker may be at some of them still, and then sends what another sends, too.
                var hurried = await tx.All<long>(
                    """
                    UPDATE outbox SET due_at = 1, parked_at = NULL, attempts = 0,
                        lease_until = CASE WHEN lease IS NULL THEN NULL ELSE 1 END
                    WHERE due_at > 1 OR parked_at IS NOT NULL
                    RETURNING CAST(CASE WHEN lease IS NULL THEN 0 ELSE 1 END AS BIGINT)
                    """
                );
                return (int)hurried.Sum();
            }
        );

    async Task InvariantsHold()
    {
        var now = Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow());
        var violations = await new CheckInvariants(database).Run(now);
        verdict.Check(
            violations.Count == 0,
            violations.Count == 0
                ? $"all {CheckInvariants.Count} invariants, the audit log's hashes among them"
                : string.Join("; ", violations)
        );
    }

    async Task NothingAcknowledgedIsLost(IReadOnlyList<Booker> bookers, IReadOnlyList<Inviter> inviters)
    {
        var found = (
            await database.Read(read => read.All<Pair>("SELECT id AS name, status AS value FROM reservation"))
        ).ToDictionary(row => row.Name, row => row.Value);
        var receipts = (
            await database.Read(read => read.All<Pair>("SELECT serial AS name, payment_id AS value FROM receipt"))
        ).ToLookup(row => row.Name, row => row.Value);
        var lost = new List<string>();
        var online = bookers.SelectMany(booker => booker.Online.Keys).ToHashSet();
        foreach (var (id, told) in bookers.SelectMany(booker => booker.Reservations))
        {
            var now = found.GetValueOrDefault(id, "gone");
            var undecided = told is "held" or "awaiting_payment";
            // Of money that was paid on Stripe's page, nobody may have told the company yet.
            if (now != told && !(undecided && (now is "expired" || (now is "confirmed" && online.Contains(id)))))
                lost.Add($"{id}: acknowledged {told}, found {now}");
        }
        foreach (var (serial, payment) in bookers.SelectMany(booker => booker.Receipts))
        {
            if (!receipts[serial].SequenceEqual([payment]))
                lost.Add($"{serial}: acknowledged for {payment}, found {string.Join(", ", receipts[serial])}");
        }
        await NoGuestIsLost(inviters, lost);
        var asked =
            inviters.Sum(one => one.Invitations.Count + one.Answers.Count + one.Scans.Count)
            + bookers.Sum(booker => booker.Reservations.Count + booker.Receipts.Count);
        verdict.Check(
            lost.Count == 0,
            lost.Count == 0
                ? $"{asked} acknowledged reservations, receipts, invitations, answers and scans are as they were acknowledged"
                : string.Join("; ", lost.Take(5))
        );
        verdict.Check(asked > Enough.Told, $"there was enough to lose ({asked})");
        var (answers, scans) = (inviters.Sum(one => one.Answers.Count), inviters.Sum(one => one.Scans.Count));
        verdict.Check(
            answers > Enough.Answers && scans > Enough.Scans,
            $"guests were among it ({answers} answers, {scans} scans at the door)"
        );
    }

    async Task NoGuestIsLost(IReadOnlyList<Inviter> inviters, List<string> lost)
    {
        var invited = (
            await database.Read(read => read.All<Pair>("SELECT id AS name, guest_id AS value FROM invitation"))
        ).ToDictionary(row => row.Name, row => row.Value);
        var answers = (
            await database.Read(read => read.All<Pair>("SELECT id AS name, status AS value FROM invitation"))
        ).ToDictionary(row => row.Name, row => row.Value);
        var scans = (
            await database.Read(read => read.All<Pair>("SELECT nonce AS name, ticket_id AS value FROM door_scan"))
        ).ToLookup(row => row.Name, row => row.Value);
        var inside = (
            await database.Read(read => read.All<string>("SELECT ticket_id FROM check_in WHERE undone_at IS NULL"))
        ).ToHashSet();
        foreach (var (id, guest) in inviters.SelectMany(one => one.Invitations))
        {
            if (invited.GetValueOrDefault(id) != guest)
                lost.Add($"{id}: acknowledged for {guest}, found for {invited.GetValueOrDefault(id, "nobody")}");
        }
        foreach (var (id, told) in inviters.SelectMany(one => one.Answers))
        {
            if (answers.GetValueOrDefault(id) != told)
                lost.Add($"{id}: acknowledged {told}, found {answers.GetValueOrDefault(id, "gone")}");
        }
        foreach (var (nonce, ticket) in inviters.SelectMany(one => one.Scans))
        {
            if (!scans[nonce].SequenceEqual([ticket]) || !inside.Contains(ticket))
                lost.Add($"{ticket}: acknowledged to be in by scan {nonce}, and is not");
        }
    }

    async Task NothingHappenedTwice()
    {
        var twice = await database.Read(read =>
            read.All<string>(
                """
                SELECT subject FROM audit WHERE action IN ('reservation.expired', 'seat.held', 'reservation.cancelled',
                    'invitation.accepted', 'invitation.declined', 'ticket.issued', 'check_in.made')
                GROUP BY subject, action HAVING COUNT(*) > 1
                """
            )
        );
        verdict.Check(
            twice.Count == 0,
            $"nothing was held, swept, cancelled, answered or checked in twice {string.Join(", ", twice.Take(5))}"
        );
    }

    /// <summary>Of those that came again, each has its reason: the server hung up on it, or whoever had sent it could not note that.</summary>
    void MailsCame(MailSink mail, int mostUnnoted)
    {
        verdict.Check(mail.Taken.Count > Enough.Told, $"{mail.Taken.Count} mails came");
        var unnoted = mail.CameAgain - mail.CutAndCameAgain;
        verdict.Check(
            unnoted <= mostUnnoted,
            $"{mail.CameAgain} mails came again: {mail.CutAndCameAgain} that the server had hung up on, and {unnoted} of at most {mostUnnoted} that were in hand when something failed"
        );
    }

    Task<long> Count(string sql) => database.Read(read => read.Get<long>(sql));

    sealed record Pair
    {
        public string Name { get; init; } = "";
        public string Value { get; init; } = "";
    }
}
