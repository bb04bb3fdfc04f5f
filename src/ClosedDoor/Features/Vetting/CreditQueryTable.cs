using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Vetting;

/// <summary>Look-ups of a company's procurement credit, one row each. Never changed: who looks again records again.</summary>
static class CreditQueryTable
{
    /// <summary>The new look-up's id.</summary>
    public static async Task<string> Add(
        Tx tx,
        VettingRow vetting,
        CreditRecord record,
        string? screenshotSha256,
        Instant now
    )
    {
        var id = TypeId.New("crq", now);
        await tx.Execute(
            """
            INSERT INTO credit_query (id, company_id, vetting_id, queried_on, rating, dishonest_debtor, screenshot_sha256,
                recorded_by, recorded_at)
            VALUES (@id, @CompanyId, @VettingId, @QueriedOn, @Rating, @DishonestDebtor, @screenshotSha256, @Actor, @now)
            """,
            new
            {
                id,
                vetting.CompanyId,
                VettingId = vetting.Id,
                record.QueriedOn,
                Rating = record.Rating.Word(),
                DishonestDebtor = record.DishonestDebtor ? 1L : 0L,
                screenshotSha256,
                tx.Actor,
                now,
            }
        );
        await tx.Record(
            now,
            new Change(
                vetting.CompanyId,
                "credit.queried",
                id,
                After: new
                {
                    vettingId = vetting.Id,
                    record.QueriedOn,
                    record.Rating,
                    record.DishonestDebtor,
                    screenshotSha256,
                }
            )
        );
        return id;
    }

    /// <summary>
    /// The latest look-up on record for the company, for whichever of its vettings it was made: a bad record is not left
    /// behind by applying anew. Null when there is none.
    /// </summary>
    public static Task<CreditQueryRow?> Latest(Statements db, string companyId) =>
        db.Find<CreditQueryRow>(
            $"""
            {CreditQueryRow.Select}
            WHERE company_id = @companyId ORDER BY queried_on DESC, recorded_at DESC, id DESC LIMIT 1
            """,
            new { companyId }
        );

    public static Task<CreditQueryRow> Get(Statements db, string id) =>
        db.Get<CreditQueryRow>($"{CreditQueryRow.Select} WHERE id = @id", new { id });
}

sealed record CreditQueryRow
{
    public string Id { get; init; } = "";
    public LocalDate QueriedOn { get; init; }
    public string Rating { get; init; } = "";
    public long DishonestDebtor { get; init; }
    public string? ScreenshotSha256 { get; init; }
    public string RecordedBy { get; init; } = "";
    public Instant RecordedAt { get; init; }

    public const string Select = """
        SELECT id, queried_on, rating, dishonest_debtor, screenshot_sha256, recorded_by, recorded_at FROM credit_query
        """;

    public CreditRecord ToRecord() => new(QueriedOn, Words.Parse<CreditRating>(Rating), DishonestDebtor == 1);

    public CreditQueryView ToView() =>
        new(
            Id,
            QueriedOn,
            Words.Parse<CreditRating>(Rating),
            DishonestDebtor == 1,
            ScreenshotSha256,
            RecordedBy,
            RecordedAt
        );
}
