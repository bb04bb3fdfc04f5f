using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Guests;

/// <summary>Which companies come, for the guests who are to meet them: what each shows of itself to everyone.</summary>
public static class ShowCompaniesComing
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet(
                "/sessions/{sessionId}/companies",
                async (string sessionId, Caller caller, Database db) => (await Execute(db, caller, sessionId)).ToOk()
            )
            .Named("ShowCompaniesComing", "Show the companies that come, to guests")
            .RequireAuthorization(Policy.InvitedOrOrganizer)
            .Answers<CompaniesComingView>()
            .Refuses(Refusals.NotFound);

    public static Task<Outcome<CompaniesComingView>> Execute(Database db, Caller caller, string sessionId) =>
        db.Read<Outcome<CompaniesComingView>>(async read =>
        {
            if (
                await read.Find<string>("SELECT id FROM session WHERE id = @sessionId", new { sessionId }) is null
                || !Visibility.Of(await Visibility.Of(read, caller, sessionId)).HasFlag(Sight.Companies)
            )
                return Refusals.NotFound;
            var rows = await read.All<Row>(
                """
                SELECT company.id, company.name FROM reservation JOIN company ON company.id = reservation.company_id
                WHERE reservation.session_id = @sessionId AND reservation.status IN ('confirmed', 'attended', 'no_show')
                ORDER BY reservation.seat_number
                """,
                new { sessionId }
            );
            return new CompaniesComingView([.. rows.Select(row => new CompanyProfileView(row.Id, row.Name))]);
        });

    sealed record Row
    {
        public string Id { get; init; } = "";
        public string Name { get; init; } = "";
    }
}

/// <summary>Companies in the order of their seats.</summary>
public sealed record CompaniesComingView(IReadOnlyList<CompanyProfileView> Items);

/// <summary>What a company shows of itself to everyone.</summary>
public sealed record CompanyProfileView(string Id, string Name);
