using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Guests;

/// <summary>How far an import has come.</summary>
public static class ShowGuestImport
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet(
                "/guest-imports/{importId}",
                async (string importId, Database db) => (await Execute(db, importId)).ToOk()
            )
            .Named("ShowGuestImport", "Show how far an import has come")
            .RequireAuthorization(Policy.Staff)
            .Answers<GuestImportView>()
            .Refuses(Refusals.NotFound);

    public static async Task<Outcome<GuestImportView>> Execute(Database db, string importId) =>
        await db.Read(read => GuestImportView.Find(read, importId)) is { } import ? import : Refusals.NotFound;
}

/// <summary>An import at work.</summary>
/// <param name="Total">Rows of the file.</param>
/// <param name="Done">Rows that are worked off.</param>
/// <param name="WouldCreate">Of a dry run, or of a refused import.</param>
/// <param name="Exists">The guest is in the register already, by phone number or e-mail address.</param>
/// <param name="Duplicates">Repeat an earlier row.</param>
public sealed record GuestImportView(
    string Id,
    GuestImportStatus Status,
    bool DryRun,
    bool AllOrNothing,
    long Total,
    long Done,
    long Created,
    long HospitalsCreated,
    long WouldCreate,
    long Exists,
    long Duplicates,
    long Invalid,
    Instant CreatedAt,
    Instant? FinishedAt,
    long Version
) : ITagged
{
    [JsonIgnore]
    public string Tag => $"{Version}";

    internal static async Task<GuestImportView?> Find(Statements db, string id)
    {
        if (await db.Find<GuestImportRow>($"{GuestImportRow.Select} WHERE id = @id", new { id }) is not { } row)
            return null;
        var counts = (
            await db.All<Count>(
                "SELECT outcome, COUNT(*) AS number FROM guest_import_row WHERE import_id = @id GROUP BY outcome",
                new { id }
            )
        ).ToDictionary(count => Words.Parse<GuestImportOutcome>(count.Outcome), count => count.Number);
        return new(
            row.Id,
            Words.Parse<GuestImportStatus>(row.Status),
            row.DryRun == 1,
            row.AllOrNothing == 1,
            row.Total,
            row.Done,
            counts.GetValueOrDefault(GuestImportOutcome.Created),
            counts.GetValueOrDefault(GuestImportOutcome.HospitalCreated),
            counts.GetValueOrDefault(GuestImportOutcome.WouldCreate),
            counts.GetValueOrDefault(GuestImportOutcome.Exists),
            counts.GetValueOrDefault(GuestImportOutcome.Duplicate),
            counts.GetValueOrDefault(GuestImportOutcome.Invalid),
            row.CreatedAt,
            row.FinishedAt,
            row.Version
        );
    }

    sealed record Count
    {
        public string Outcome { get; init; } = "";
        public long Number { get; init; }
    }
}
