using ClosedDoor.Features.Invariants;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Chaos;

/// <summary>What has to be true once everything runs again: read from the database itself, beside the instances.</summary>
sealed class Aftermath(Database database, Verdict verdict)
{
    static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(90);

    public async Task Check(IReadOnlyList<Booker> bookers, Inviter inviter, MailSink mail, int mostDoubles)
    {
        await OutboxDrains(hurry: mostDoubles > 0);
        await InvariantsHold();
        await NothingAcknowledgedIsLost(bookers, inviter);
        await NothingHappenedTwice();
        MailsCame(mail, mostDoubles);
    }

    /// <param name="hurry">Makes due at once what waits for a killed worker's lease to end, or for its next try.</param>
    async Task OutboxDrains(bool hurry)
    {
        var began = TimeProvider.System.GetTimestamp();
        long left;
        do
        {
            if (hurry)
                await database.Write(
                    "chaos",
                    tx =>
                        tx.Execute(
                            """
                            UPDATE outbox SET due_at = 1, parked_at = NULL, attempts = 0,
                                lease_until = CASE WHEN lease IS NULL THEN NULL ELSE 1 END
                            WHERE due_at > 1 OR parked_at IS NOT NULL
                            """
                        )
                );
            await Task.Delay(1000);
            left = await Count("SELECT COUNT(*) FROM outbox");
        } while (left > 0 && TimeProvider.System.GetElapsedTime(began) < LongestDrain);
        verdict.Check(left == 0, $"the outbox drains ({left} messages left)");
    }

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

    async Task NothingAcknowledgedIsLost(IReadOnlyList<Booker> bookers, Inviter inviter)
    {
        var found = (
            await database.Read(read => read.All<Pair>("SELECT id AS name, status AS value FROM reservation"))
        ).ToDictionary(row => row.Name, row => row.Value);
        var receipts = (
            await database.Read(read => read.All<Pair>("SELECT serial AS name, payment_id AS value FROM receipt"))
        ).ToLookup(row => row.Name, row => row.Value);
        var lost = new List<string>();
        foreach (var (id, told) in bookers.SelectMany(booker => booker.Reservations))
        {
            var now = found.GetValueOrDefault(id, "gone");
            if (now != told && !(now is "expired" && (told is "held" or "awaiting_payment")))
                lost.Add($"{id}: acknowledged {told}, found {now}");
        }
        foreach (var (serial, payment) in bookers.SelectMany(booker => booker.Receipts))
        {
            if (!receipts[serial].SequenceEqual([payment]))
                lost.Add($"{serial}: acknowledged for {payment}, found {string.Join(", ", receipts[serial])}");
        }
        var invited = (
            await database.Read(read => read.All<Pair>("SELECT id AS name, guest_id AS value FROM invitation"))
        ).ToDictionary(row => row.Name, row => row.Value);
        foreach (var (id, guest) in inviter.Invitations)
        {
            if (invited.GetValueOrDefault(id) != guest)
                lost.Add($"{id}: acknowledged for {guest}, found for {invited.GetValueOrDefault(id, "nobody")}");
        }
        var asked =
            inviter.Invitations.Count + bookers.Sum(booker => booker.Reservations.Count + booker.Receipts.Count);
        verdict.Check(
            lost.Count == 0,
            lost.Count == 0
                ? $"{asked} acknowledged reservations, receipts and invitations are as they were acknowledged"
                : string.Join("; ", lost.Take(5))
        );
        verdict.Check(asked > 20, $"there was enough to lose ({asked})");
    }

    async Task NothingHappenedTwice()
    {
        var twice = await database.Read(read =>
            read.All<string>(
                """
                SELECT subject FROM audit WHERE action IN ('reservation.expired', 'seat.held', 'reservation.cancelled')
                GROUP BY subject, action HAVING COUNT(*) > 1
                """
            )
        );
        verdict.Check(
            twice.Count == 0,
            $"no reservation was made, swept or cancelled twice {string.Join(", ", twice.Take(5))}"
        );
    }

    void MailsCame(MailSink mail, int mostDoubles)
    {
        var doubles = mail.Taken.Values.Sum(times => times - 1);
        verdict.Check(mail.Taken.Count > 20, $"{mail.Taken.Count} mails came");
        verdict.Check(
            doubles <= mostDoubles,
            $"{doubles} mails came again, of {mostDoubles} that at-least-once allows for"
        );
    }

    Task<long> Count(string sql) => database.Read(read => read.Get<long>(sql));

    sealed record Pair
    {
        public string Name { get; init; } = "";
        public string Value { get; init; } = "";
    }
}
