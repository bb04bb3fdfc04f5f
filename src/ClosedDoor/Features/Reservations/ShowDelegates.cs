using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Reservations;

/// <summary>The people who come for a company, to the company itself and the organizers.</summary>
public static class ShowDelegates
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/reservations/{reservationId}/delegates", Handle)
            .Named("ShowDelegates", "Show the delegates of a seat")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<DelegatesView>()
            .Refuses(Refusals.NotFound);

    static async Task<IResult> Handle(string reservationId, Caller caller, Database db) =>
        (await Execute(db, caller, reservationId)).ToOk();

    public static async Task<Outcome<DelegatesView>> Execute(Database db, Caller caller, string reservationId)
    {
        var reservation = await db.Read(read =>
            read.Find<ReservationRow>($"{ReservationRow.Select} WHERE id = @reservationId", new { reservationId })
        );
        if (reservation is null || !caller.MaySee(reservation.CompanyId))
            return Refusals.NotFound;
        var people = await db.Read(read =>
            read.All<DelegateRow>(
                "SELECT id, name, job_title, phone, email FROM delegate WHERE reservation_id = @reservationId ORDER BY number",
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
