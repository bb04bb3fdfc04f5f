using ClosedDoor.Domain;
using ClosedDoor.Features.Companies;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Invitations;

/// <summary>Which companies come, for the guests who are to meet them: what each shows of itself to everyone.</summary>
public static class ShowCompaniesComing
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet(
                "/sessions/{sessionId}/companies",
                async (string sessionId, Caller caller, Database db) => (await Execute(db, caller, sessionId)).ToOk()
            )
            .Named("ShowCompaniesComing", "Show the companies that come, to guests")
            .RequireAuthorization(Policy.InvitedOrStaff)
            .Answers<CompaniesComingView>()
            .Refuses(Refusals.NotFound);

    public static Task<Outcome<CompaniesComingView>> Execute(Database db, Caller caller, string sessionId) =>
        db.Read<Outcome<CompaniesComingView>>(async read =>
        {
            if (
                !await SessionTable.Exists(read, sessionId)
                || !Visibility.Of(await Visibility.Of(read, caller, sessionId)).HasFlag(Sight.Companies)
            )
                return Refusals.NotFound;
            var rows = await read.All<Row>(
                $"""
                SELECT company.id, company.name, company_profile.summary, company_profile.products, company_profile.focus
                FROM reservation JOIN company ON company.id = reservation.company_id
                LEFT JOIN company_profile ON company_profile.company_id = company.id
                WHERE reservation.session_id = @sessionId AND {ReservationStates.Sure}
                ORDER BY reservation.seat_number
                """,
                new { sessionId }
            );
            return new CompaniesComingView([
                .. rows.Select(row => new CompanyProfileView(
                    row.Id,
                    row.Name,
                    row.Summary,
                    ProfileRow.ProductsOf(row.Products),
                    ProfileRow.FocusOf(row.Focus)
                )),
            ]);
        });

    sealed record Row
    {
        public string Id { get; init; } = "";
        public string Name { get; init; } = "";
        public string? Summary { get; init; }
        public string? Products { get; init; }
        public string? Focus { get; init; }
    }
}

/// <summary>Companies in the order of their seats.</summary>
public sealed record CompaniesComingView(IReadOnlyList<CompanyProfileView> Items);

/// <summary>What a company shows of itself to guests: by its own words alone, nothing of its vetting file.</summary>
/// <param name="Focus">The specialties that its products are for.</param>
public sealed record CompanyProfileView(
    string Id,
    string Name,
    string? Summary,
    IReadOnlyList<ProductView> Products,
    IReadOnlyList<CodeEntry> Focus
);
