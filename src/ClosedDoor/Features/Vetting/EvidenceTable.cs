using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Files;
using NodaTime;

namespace ClosedDoor.Features.Vetting;

/// <summary>Every change to evidence. The caller holds the vetting's row.</summary>
static class EvidenceTable
{
    public static async Task<string> Add(Tx tx, VettingRow vetting, UploadedFile file, string? supports, Instant now)
    {
        var id = TypeId.New(Evidence.IdPrefix, now);
        await FileTable.Keep(tx, file, now);
        await tx.Execute(
            """
            INSERT INTO evidence (id, vetting_id, file_sha256, file_name, supports, created_at)
            VALUES (@id, @VettingId, @Sha256, @Name, @supports, @now)
            """,
            new
            {
                id,
                VettingId = vetting.Id,
                file.Sha256,
                file.Name,
                supports,
                now,
            }
        );
        await tx.Record(
            now,
            new Change(
                vetting.CompanyId,
                "evidence.added",
                id,
                After: new
                {
                    vettingId = vetting.Id,
                    file.Sha256,
                    file.Kind.MediaType,
                    size = file.Bytes.Length,
                }
            )
        );
        return id;
    }

    /// <summary>Removes the evidence, and its file where nothing else refers to it.</summary>
    public static async Task Remove(Tx tx, VettingRow vetting, EvidenceRow evidence, Instant now)
    {
        await tx.Execute("DELETE FROM evidence WHERE id = @Id", new { evidence.Id });
        await FileTable.DropUnused(tx, evidence.Sha256);
        await tx.Record(
            now,
            new Change(
                vetting.CompanyId,
                "evidence.removed",
                evidence.Id,
                new { vettingId = vetting.Id, evidence.Sha256 }
            )
        );
    }
}

/// <summary>Evidence without its bytes.</summary>
sealed record EvidenceRow
{
    public string Id { get; init; } = "";
    public string VettingId { get; init; } = "";
    public string FileName { get; init; } = "";
    public string? Supports { get; init; }
    public string Sha256 { get; init; } = "";
    public string MediaType { get; init; } = "";
    public long Size { get; init; }
    public Instant CreatedAt { get; init; }

    const string Select = """
        SELECT evidence.id, evidence.vetting_id, evidence.file_name, evidence.supports, evidence.created_at,
            file_content.sha256, file_content.media_type, file_content.size
        FROM evidence JOIN file_content ON file_content.sha256 = evidence.file_sha256
        """;

    public static Task<List<EvidenceRow>> Of(Statements db, string vettingId) =>
        db.All<EvidenceRow>($"{Select} WHERE evidence.vetting_id = @vettingId ORDER BY evidence.id", new { vettingId });

    public static Task<EvidenceRow?> Find(Statements db, string vettingId, string id) =>
        db.Find<EvidenceRow>(
            $"{Select} WHERE evidence.vetting_id = @vettingId AND evidence.id = @id",
            new { vettingId, id }
        );

    public Evidence ToEvidence() => new(Id, Supports);

    public EvidenceView ToView() => new(Id, FileName, MediaType, Size, Sha256, Supports, CreatedAt);
}
