using ClosedDoor.Domain;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Delegates;

/// <summary>
/// Names the people who come for the company, or replaces them, until a cut-off before the day. A substitute keeps seat
/// and money, and is vetted like the first.
/// </summary>
public static class SetDelegates
{
    public sealed record Request(string? Name, string? JobTitle, string? Phone, string? Email);

    public static void Map(IEndpointRouteBuilder api) =>
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
                Refusals.DelegatesClosed,
                Refusals.DelegateCheckedIn
            )
            .Example(new[] { new Request("示例代表", "市场总监", "13800000000", "delegate@example.com") });

    static async Task<IResult> Handle(
        string reservationId,
        Request[] request,
        Caller caller,
        Database db,
        Settings settings,
        KnownTokens tokens
    ) => (await Execute(db, settings, tokens, caller, reservationId, request)).ToOk();

    public static async Task<Outcome<DelegatesView>> Execute(
        Database db,
        Settings settings,
        KnownTokens tokens,
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
        var delegates = new List<DelegateRow>();
        for (var i = 0; i < Math.Min(request.Length, settings.DelegatesPerSeat); i++)
        {
            var name = errors.Parsed($"[{i}].name", PersonName.Parse(request[i]?.Name));
            var jobTitle = errors.Text($"[{i}].jobTitle", request[i]?.JobTitle, 50);
            var phone = errors.Parsed($"[{i}].phone", MobileNumber.Parse(request[i]?.Phone));
            var email = errors.Parsed($"[{i}].email", EmailAddress.Parse(request[i]?.Email));
            delegates.Add(
                new()
                {
                    Id = TypeId.New("dlg", caller.Now),
                    Name = name?.Value ?? "",
                    JobTitle = jobTitle,
                    Phone = phone?.Value ?? "",
                    Email = email?.Value ?? "",
                }
            );
        }
        if (delegates.GroupBy(one => (one.Name, one.Phone)).Any(same => same.Key.Phone != "" && same.Count() > 1))
            errors.Add("", "同一代表登记了两次。", "The same delegate is listed twice.");
        if (errors.Refusal is { } invalid)
            return invalid;

        var outcome = await db.Write<DelegatesView>(
            caller,
            async tx =>
            {
                var now = caller.Now;
                if (await ReservationTable.Lock(tx, reservationId, caller.MaySee) is not var (reservation, sale))
                    return Refusals.NotFound;
                if (caller.Stale(reservation.Version) is { } stale)
                    return stale;
                if (reservation.HasLapsed(now))
                    return Refusals.HoldLapsed;
                if (!reservation.State.IsLive())
                    return Refusals.WrongReservationStatus;
                if (now >= sale.BeginsAt - Duration.FromHours(settings.DelegatesCutOffHours))
                    return Refusals.DelegatesClosed;

                if (await DelegateTable.Replace(tx, reservation, delegates, now) is not { } named)
                    return Refusals.DelegateCheckedIn;
                var version = await ReservationTable.Touch(tx, reservation);
                return DelegatesView.Of(named, version);
            }
        );
        tokens.Forget(); // Whoever is no longer named has a link no longer.
        return outcome;
    }
}
