using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Delegates;

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
        var reservation = await db.Read(read => ReservationRow.Find(read, reservationId));
        if (reservation is null || !caller.MaySee(reservation.CompanyId))
            return Refusals.NotFound;
        return DelegatesView.Of(await db.Read(read => DelegateRow.Of(read, reservationId)), reservation.Version);
    }
}

public sealed record DelegatesView(IReadOnlyList<DelegateView> Items, long Version) : ITagged
{
    [JsonIgnore]
    public string Tag =>
        $"{Version}.{string.Join('.', Items.Select(one => $"{one.Vetting.Word()}{one.Accepted.Count}"))}";

    internal static DelegatesView Of(IEnumerable<DelegateRow> rows, long version) =>
        new([.. rows.Select(DelegateView.Of)], version);
}

/// <summary>A person who comes for a company.</summary>
/// <param name="Accepted">The agreements in force that the person has accepted.</param>
public sealed record DelegateView(
    string Id,
    string Name,
    string JobTitle,
    string Phone,
    string Email,
    DelegateVetting Vetting,
    IReadOnlyList<AgreementKind> Accepted
)
{
    internal static DelegateView Of(DelegateRow row) =>
        new(row.Id, row.Name, row.JobTitle, row.Phone, row.Email, row.State, [.. row.Accepted]);
}
