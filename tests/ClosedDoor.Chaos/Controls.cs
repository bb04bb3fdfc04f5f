using ClosedDoor.Platform.Data;

namespace ClosedDoor.Chaos;

/// <summary>
/// That the run can fail: each thing that <see cref="Aftermath"/> looks for is made up, in what the callers were told or
/// in the database once nothing needs it any more, and has to be found.
/// </summary>
sealed class Controls(
    Database database,
    IReadOnlyList<Booker> bookers,
    IReadOnlyList<Inviter> inviters,
    Outsiders others,
    MailSink mail,
    Sandbox stripe
)
{
    const string Nobodys = "none_of_ours";

    static readonly TimeSpan NoWaiting = TimeSpan.Zero;

    readonly List<string> _missed = [];

    public async Task Check(Verdict verdict)
    {
        var unnoted = mail.CameAgain - mail.CutAndCameAgain; // In hand when something failed: allowed so far.
        async Task<bool> Says(string what)
        {
            var quiet = new Verdict(quiet: true);
            await new Aftermath(database, stripe, quiet, NoWaiting).Check(bookers, inviters, mail, unnoted);
            await others.Check(database, quiet);
            return quiet.Says(what);
        }
        async Task Found(string what, Func<Task> falsify, Func<Task>? mend = null, bool isMadeUpAlready = false)
        {
            if (!isMadeUpAlready && await Says(what))
                _missed.Add($"{what} (found where nothing was made up)");
            await falsify();
            if (!await Says(what))
                _missed.Add(what);
            if (mend is not null)
                await mend();
        }
        Task Told(string what, IDictionary<string, string> told) =>
            Found(what, () => Task.Run(() => told[Nobodys] = "confirmed"), () => Task.Run(() => told.Remove(Nobodys)));

        // What a hold that has lapsed since the last look has sent: nobody is there any more to deliver it.
        await database.Write("chaos", tx => tx.Execute("DELETE FROM outbox"));
        _missed.AddRange(await new MoneyControls(database, stripe).Missed());
        await Told($"{Nobodys}: acknowledged confirmed, found gone", bookers[0].Reservations);
        await Told($"{Nobodys}: acknowledged for confirmed, found ", bookers[0].Receipts);
        await Told($"{Nobodys}: acknowledged for confirmed, found for nobody", inviters[0].Invitations);
        await Told($"{Nobodys}: acknowledged confirmed, found gone", inviters[0].Answers);
        await Told($"acknowledged to be in by scan {Nobodys}", inviters[0].Scans);
        await Told($"{Nobodys}: acknowledged of confirmed, and is not", others.Refunds);
        await Found(
            "others were among it",
            () => Tamper("UPDATE refund SET because = 'policy' WHERE status = 'external_refund'")
        );
        await Found("mails came again", () => Task.Run(() => mail.TakeAgain()));
        await Found(
            "the outbox drains",
            () =>
                Tamper(
                    "INSERT INTO outbox (id, kind, body, due_at, attempts, created_at) VALUES ('msg_1', 'none.v1', '{}', 1, 0, 1)"
                )
        );
        await Found(
            "was held, swept, cancelled, answered or checked in twice",
            () => Tamper("UPDATE audit SET action = 'seat.held'")
        );
        // By what was just done.
        await Found("the_audit_log_is_whole", () => Task.CompletedTask, isMadeUpAlready: true);
        await Found("a_session_has_the_seats_that_its_cap_says", () => Tamper("UPDATE session SET seat_cap = 1"));
        verdict.Check(
            _missed.Count == 0,
            _missed.Count == 0
                ? "the controls: what was made up to be lost, doubled or broken was found"
                : $"made up and not found: {string.Join("; ", _missed)}"
        );
    }

    async Task Tamper(string sql)
    {
        if (await database.Write("chaos", tx => tx.Execute(sql)) == 0)
            _missed.Add($"(nothing was made up, for want of a row) {sql}");
    }
}
