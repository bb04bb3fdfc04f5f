using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.Hospitals;

/// <summary>A hospital of the register.</summary>
/// <param name="TertiaryGradeA">Whether its directors may be guests: 三甲 or above.</param>
/// <param name="Warnings">What an organizer should compare with the licence.</param>
public sealed record HospitalView(
    string Id,
    string Name,
    string Uscc,
    string? RegistrationCode,
    HospitalLevel Level,
    HospitalGrade Grade,
    string? Certificate,
    LocalDate? CertifiedOn,
    bool TertiaryGradeA,
    IReadOnlyList<Text> Warnings,
    Instant CreatedAt,
    long Version
) : ITagged
{
    [JsonIgnore]
    public string Tag => $"{Version}";

    public static async Task<HospitalView?> Find(Statements db, string id) =>
        (await db.Find<HospitalRow>($"{HospitalRow.Select} WHERE id = @id", new { id }))?.ToView();
}

sealed record HospitalRow
{
    public string Id { get; init; } = "";
    public string Name { get; init; } = "";
    public string Uscc { get; init; } = "";
    public string? RegistrationCode { get; init; }
    public string Level { get; init; } = "";
    public string Grade { get; init; } = "";
    public string? Certificate { get; init; }
    public LocalDate? CertifiedOn { get; init; }
    public Instant CreatedAt { get; init; }
    public long Version { get; init; }

    public const string Select =
        "SELECT id, name, uscc, registration_code, level, grade, certificate, certified_on, created_at, version FROM hospital";

    public HospitalStanding Standing => new(Words.Parse<HospitalLevel>(Level), Words.Parse<HospitalGrade>(Grade));

    public HospitalRequest ToRequest() =>
        new(Name, Uscc, RegistrationCode, Standing.Level, Standing.Grade, Certificate, CertifiedOn);

    public HospitalView ToView() =>
        new(
            Id,
            Name,
            Uscc,
            RegistrationCode,
            Standing.Level,
            Standing.Grade,
            Certificate,
            CertifiedOn,
            Standing.IsTertiaryGradeA,
            [.. Warnings()],
            CreatedAt,
            Version
        );

    IEnumerable<Text> Warnings()
    {
        var uscc = SocialCreditCode.Parse(Uscc).Value;
        if (uscc.OrganizationCodeWarning is { } warning)
            yield return warning;
        if (RegistrationCode is not null && RegistrationCode[..9] != uscc.OrganizationCode)
            yield return new(
                "登记号前9位与统一社会信用代码中的组织机构代码不一致。",
                "The registration code begins with another organization code than the social credit code holds."
            );
        if (Standing.IsTertiaryGradeA && Certificate is null)
            yield return new("未登记等级评审证书。", "No certificate of the grade is on record.");
    }
}
