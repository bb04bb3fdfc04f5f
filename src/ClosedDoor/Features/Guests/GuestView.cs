using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.Guests;

/// <summary>A guest of the register, as organizers see it.</summary>
/// <param name="Admissible">Whether the guest may be asked to a session.</param>
/// <param name="Reason">Why not; null when so.</param>
public sealed record GuestView(
    string Id,
    GuestKind Kind,
    string Name,
    Post? Post,
    Title? Title,
    string? Specialty,
    string Unit,
    string? HospitalId,
    string? Phone,
    string? Email,
    bool Admissible,
    Text? Reason,
    Instant CreatedAt,
    Instant? ForgottenAt,
    long Version
) : ITagged
{
    [JsonIgnore]
    public string Tag => $"{Version}.{(Admissible ? "a" : "r")}";

    public static async Task<GuestView?> Find(Statements db, string id) =>
        (await db.Find<GuestRow>($"{GuestRow.Select} WHERE guest.id = @id", new { id }))?.ToView();
}

sealed record GuestRow
{
    public string Id { get; init; } = "";
    public string Kind { get; init; } = "";
    public string Name { get; init; } = "";
    public string? Post { get; init; }
    public string? Title { get; init; }
    public string? Specialty { get; init; }
    public string Unit { get; init; } = "";
    public string? HospitalId { get; init; }
    public string? HospitalName { get; init; }
    public string? Level { get; init; }
    public string? Grade { get; init; }
    public string? Phone { get; init; }
    public string? Email { get; init; }
    public Instant CreatedAt { get; init; }
    public Instant? ForgottenAt { get; init; }
    public long Version { get; init; }

    public const string Select = """
        SELECT guest.id, guest.kind, guest.name, guest.post, guest.title, guest.specialty, guest.unit, guest.hospital_id,
            hospital.name AS hospital_name, hospital.level, hospital.grade, guest.phone, guest.email, guest.created_at,
            guest.forgotten_at, guest.version
        FROM guest LEFT JOIN hospital ON hospital.id = guest.hospital_id
        """;

    public GuestRank Rank =>
        new(
            Words.Parse<GuestKind>(Kind),
            Words.TryParse<Post>(Post),
            Level is null ? null : new(Words.Parse<HospitalLevel>(Level), Words.Parse<HospitalGrade>(Grade!))
        );

    public GuestRequest ToRequest() =>
        new(
            Words.Parse<GuestKind>(Kind),
            Name,
            Words.TryParse<Post>(Post),
            Words.TryParse<Title>(Title),
            Specialty,
            Unit,
            HospitalId,
            Phone,
            Email
        );

    public GuestView ToView()
    {
        var refusal = ForgottenAt is null ? GuestGate.Check(Rank) : Refusals.GuestForgotten;
        return new(
            Id,
            Words.Parse<GuestKind>(Kind),
            Name,
            Words.TryParse<Post>(Post),
            Words.TryParse<Title>(Title),
            Specialty,
            Unit,
            HospitalId,
            Phone,
            Email,
            refusal is null,
            refusal?.Detail,
            CreatedAt,
            ForgottenAt,
            Version
        );
    }
}
