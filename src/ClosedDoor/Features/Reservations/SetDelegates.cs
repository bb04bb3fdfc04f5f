using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Reservations;

/// <summary>Names the people who come for the company, or replaces them, until a cut-off before the day.</summary>
public static class SetDelegates
{
    public sealed record Request(string? Name, string? JobTitle, string? Phone, string? Email);

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPut("/reservations/{reservationId}/delegates", Handle)
            .Named("SetDelegates", "Name the delegates of a seat")
            .RequireAuthorization(Policy.CompanyOrOrganize)
            .Answers<DelegatesView>()
            .Refuses(
                Refusals.NotFound,
                Refusals.Invalid,
                Refusals.StaleVersion,
                Refusals.WrongReservationStatus,
                Refusals.HoldLapsed,
                Refusals.DelegatesClosed
            )
            .Example(new[] { new Request("示例代表", "市场总监", "13800000000", "delegate@example.com") });

        api.MapGet(
                "/reservations/{reservationId}/delegates",
                async (string reservationId, Caller caller, Database db) =>
                    (await Show(db, caller, reservationId)).ToOk()
            )
            .Named("ShowDelegates", "Show the delegates of a seat")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<DelegatesView>()
            .Refuses(Refusals.NotFound);
    }

    static async Task<IResult> Handle(
        string reservationId,
        Request[] request,
        Caller caller,
        Database db,
        Platform.Settings settings
    ) => (await Execute(db, settings, caller, reservationId, request)).ToOk();

    public static async Task<Outcome<DelegatesView>> Execute(
        Database db,
        Platform.Settings settings,
        Caller caller,
        string reservationId,
        Request[] request
    )
    {
        var errors = new FieldErrors();
        if (request.Length > settings.DelegatesPerSeat)
            errors.Add(
                "",
                $"每个席位至多 {settings.DelegatesPerSeat} 名代表。",
                $"At most {settings.DelegatesPerSeat} delegates a seat."
            );
        var delegates = new List<DelegateView>();
        for (var i = 0; i < Math.Min(request.Length, settings.DelegatesPerSeat); i++)
        {
            var name = errors.Parsed($"[{i}].name", PersonName.Parse(request[i]?.Name));
            var jobTitle = errors.Text($"[{i}].jobTitle", request[i]?.JobTitle, 50);
            var phone = errors.Parsed($"[{i}].phone", MobileNumber.Parse(request[i]?.Phone));
            var email = errors.Parsed($"[{i}].email", EmailAddress.Parse(request[i]?.Email));
            delegates.Add(
                new(TypeId.New("dlg", caller.Now), name?.Value ?? "", jobTitle, phone?.Value ?? "", email?.Value ?? "")
            );
        }
        if (errors.Refusal is { } invalid)
            return invalid;

        return await db.Write<DelegatesView>(
            caller,
            async tx =>
            {
                var now = caller.Now;
                if (await ReservationTable.Take(tx, reservationId, caller.MaySee) is not var (reservation, sale))
                    return Refusals.NotFound;
                if (caller.Stale(reservation.Version) is { } stale)
                    return stale;
                if (reservation.HasLapsed(now))
                    return Refusals.HoldLapsed;
                if (
                    reservation.State
                    is not (
                        ReservationStatus.Applied
                        or ReservationStatus.Held
                        or ReservationStatus.AwaitingPayment
                        or ReservationStatus.Confirmed
                    )
                )
                    return Refusals.WrongReservationStatus;
                if (now >= sale.BeginsAt - Duration.FromHours(settings.DelegatesCutOffHours))
                    return Refusals.DelegatesClosed;

                var before = await tx.All<string>(
                    "SELECT id FROM delegate WHERE reservation_id = @reservationId ORDER BY id",
                    new { reservationId }
                );
                await tx.Execute("DELETE FROM delegate WHERE reservation_id = @reservationId", new { reservationId });
                foreach (var person in delegates)
                {
                    await tx.Execute(
                        """
                        INSERT INTO delegate (id, reservation_id, name, job_title, phone, email, created_at)
                        VALUES (@Id, @reservationId, @Name, @JobTitle, @Phone, @Email, @now)
                        """,
                        new
                        {
                            person.Id,
                            reservationId,
                            person.Name,
                            person.JobTitle,
                            person.Phone,
                            person.Email,
                            now,
                        }
                    );
                }
                var version = await ReservationTable.Touch(tx, reservation);
                await tx.Record(
                    now,
                    new Change(
                        reservation.SessionId,
                        "delegates.set",
                        reservationId,
                        new { delegates = before },
                        new { delegates = delegates.Select(one => one.Id) }
                    )
                );
                return new DelegatesView(delegates, version);
            }
        );
    }

    static async Task<Outcome<DelegatesView>> Show(Database db, Caller caller, string reservationId)
    {
        var reservation = await db.Read(read =>
            read.Find<ReservationRow>($"{ReservationRow.Select} WHERE id = @reservationId", new { reservationId })
        );
        if (reservation is null || !caller.MaySee(reservation.CompanyId))
            return Refusals.NotFound;
        var people = await db.Read(read =>
            read.All<DelegateRow>(
                "SELECT id, name, job_title, phone, email FROM delegate WHERE reservation_id = @reservationId ORDER BY id",
                new { reservationId }
            )
        );
        return new DelegatesView(
            [.. people.Select(row => new DelegateView(row.Id, row.Name, row.JobTitle, row.Phone, row.Email))],
            reservation.Version
        );
    }

    sealed record DelegateRow
    {
        public string Id { get; init; } = "";
        public string Name { get; init; } = "";
        public string JobTitle { get; init; } = "";
        public string Phone { get; init; } = "";
        public string Email { get; init; } = "";
    }
}

public sealed record DelegatesView(IReadOnlyList<DelegateView> Items, long Version) : ITagged
{
    [JsonIgnore]
    public string Tag => $"{Version}";
}

public sealed record DelegateView(string Id, string Name, string JobTitle, string Phone, string Email);
