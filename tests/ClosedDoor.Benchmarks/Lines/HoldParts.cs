using ClosedDoor.Benchmarks.Show;
using ClosedDoor.Domain;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Outbox;

namespace ClosedDoor.Benchmarks.Lines;

/// <summary>
/// What a hold on SQLite pays for in processor time of all threads, without HTTP: the whole with 128 clients, and its parts,
/// each alone in transactions of as many as then share a commit. Alone they take more than together, where they share
/// pages of the log.
/// </summary>
static class HoldParts
{
    const int Clients = 128;
    const int Seats = 8;
    const int Turns = 200;
    const int Group = 64;

    delegate Task Work(Tx tx, int client, Caller caller, string sessionId);

    public static async Task Measure(Bed bed)
    {
        if (!bed.IsSqlite)
            return;
        await using var db = await Bed.Opened(await bed.NewDatabase("parts"));
        var market = await Market.Open(db, Clients / Seats * Turns, Clients, Bed.Now());
        var answer = new string('x', 600); // As long as what a reservation looks like.
        var part = 0;

        // First: it warms up what the parts are made of.
        var whole = (await Writes.InProcess(Path.Combine(bed.Folder, "whole.db"), Clients, 4_000)).Microseconds;
        var none = await Cost((_, _, _, _) => Task.CompletedTask);
        var key =
            await Cost(
                async (tx, _, caller, _) =>
                {
                    await IdempotentWrites.Earlier<string>(tx, caller);
                    await IdempotentWrites.Keep<string>(tx, caller, answer);
                }
            ) - none;
        var reads = await Cost((tx, client, caller, id) => Look(tx, client, caller, id)) - none;
        var audit =
            await Cost(
                (tx, client, caller, id) =>
                    tx.Record(
                        caller.Now,
                        new Change(
                            id,
                            "seat.held",
                            id,
                            After: new
                            {
                                market.Companies[client].CompanyId,
                                seat = 1,
                                holdUntil = caller.Now,
                            }
                        )
                    )
            ) - none;
        var message = await Cost((tx, _, caller, id) => tx.Send(ReserveSeat.Held, new Notice(id), caller.Now)) - none;
        var taken =
            await Cost(
                async (tx, client, caller, id) =>
                {
                    var (sale, room) = await Look(tx, client, caller, id);
                    var hold = new Hold(Deadlines.OfHold(sale, tx.Settings, caller.Now));
                    await ReservationTable.Add(
                        tx,
                        sale,
                        market.Companies[client].CompanyId,
                        hold,
                        room.FirstFree,
                        caller.Now
                    );
                }
            )
            - none
            - reads
            - audit;

        Tell("the whole", whole);
        Tell("reads: session, room, vetting", reads);
        Tell("seat and reservation", taken);
        Tell("audit: head, hash, row", audit);
        Tell("outbox: the mail's message", message);
        Tell("idempotency: key looked up, answer kept", key);

        void Tell(string name, double microseconds) =>
            bed.Lines.Add(
                Measurement.Below($"hold without HTTP, CPU time: {name}", bed.Engine, microseconds, "µs", null)
            );

        async Task<(Sale Sale, Room Room)> Look(Tx tx, int client, Caller caller, string id) =>
            (
                (await SessionTable.Lock(tx, id))!,
                await Room.Look(tx, id, market.Companies[client].CompanyId, caller.Now)
            );

        // Half of it warms up.
        async Task<double> Cost(Work work)
        {
            part++;
            await Run(0, Turns / 2);
            var before = Environment.CpuUsage.TotalTime;
            await Run(Turns / 2, Turns);
            return (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / (Clients * (Turns - Turns / 2));

            async Task Run(int from, int to)
            {
                for (var turn = from; turn < to; turn++)
                for (var first = 0; first < Clients; first += Group)
                    await db.Write(
                        "bench",
                        async tx =>
                        {
                            for (var client = first; client < first + Group; client++)
                                await work(
                                    tx,
                                    client,
                                    CallerOf(client, $"{part}-{turn}"),
                                    market.Sessions[turn * (Clients / Seats) + client / Seats]
                                );
                            return true;
                        }
                    );
            }
        }

        Caller CallerOf(int client, string idempotencyKey)
        {
            var (companyId, accountId, _) = market.Companies[client];
            var standing = new Standing(CallerKind.Company, accountId, companyId, Permission.None, null);
            return Caller.Internal(standing, Bed.Now(), idempotencyKey);
        }
    }
}
