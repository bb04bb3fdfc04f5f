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

    public static Task<Outcome<DelegatesView>> Execute(Database db, Caller caller, string reservationId) =>
        db.Read<Outcome<DelegatesView>>(async read =>
        {
            // The version before the list: whoever replaces what was replaced in between is told so, never let through.
            var reservation = await ReservationRow.Find(read, reservationId);
            return reservation is not null && caller.MaySee(reservation.CompanyId)
                ? DelegatesView.Of(await DelegateRow.Of(read, reservationId), reservation.Version)
                : Refusals.NotFound;
        });
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
