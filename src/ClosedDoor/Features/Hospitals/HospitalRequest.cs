using ClosedDoor.Domain;
using NodaTime;

namespace ClosedDoor.Features.Hospitals;

/// <summary>A hospital as an organizer sends it; in a change, what is left out stays.</summary>
public sealed record HospitalRequest(
    string? Name = null,
    string? Uscc = null,
    string? RegistrationCode = null,
    HospitalLevel? Level = null,
    HospitalGrade? Grade = null,
    string? Certificate = null,
    LocalDate? CertifiedOn = null
)
{
    public static readonly HospitalRequest Example = new(
        "示例医院一",
        "12110108MA0000001J",
        "MA000000111010811A1001",
        HospitalLevel.Tertiary,
        HospitalGrade.A,
        "示例评审证〔2024〕1号",
        new LocalDate(2024, 6, 1)
    );
}

/// <summary>A hospital, checked.</summary>
sealed record HospitalDraft(
    string Name,
    SocialCreditCode Uscc,
    RegistrationCode? RegistrationCode,
    HospitalStanding Standing,
    string? Certificate,
    LocalDate? CertifiedOn
)
{
    public static Outcome<HospitalDraft> From(HospitalRequest request, LocalDate today)
    {
        var errors = new FieldErrors();
        var name = errors.Text("name", request.Name, 100, shortest: 2);
        var uscc = errors.Parsed("uscc", SocialCreditCode.Parse(request.Uscc));
        if (uscc is not null && !uscc.MayBeHospital())
            errors.Add(
                "uscc",
                "医院的统一社会信用代码应以 11、12、52 或 91 开头。",
                "A hospital's social credit code begins with 11, 12, 52 or 91."
            );
        var registration = string.IsNullOrWhiteSpace(request.RegistrationCode)
            ? null
            : errors.Parsed("registrationCode", RegistrationCode.Parse(request.RegistrationCode));
        var level = errors.Required("level", request.Level);
        var grade = errors.Required("grade", request.Grade);
        if (grade is HospitalGrade.Special && level is not HospitalLevel.Tertiary)
            errors.Add("grade", "特等仅限三级医院。", "Only a tertiary hospital can be of special grade.");
        if (level is HospitalLevel.Unrated && grade is not HospitalGrade.Unrated && request.Grade is not null)
            errors.Add("grade", "未定级的医院没有等次。", "An unrated hospital has no grade.");
        var certificate = errors.OptionalText("certificate", request.Certificate, 100);
        errors.NotAfter(today, "certifiedOn", request.CertifiedOn);
        return errors.Refusal is { } invalid
            ? invalid
            : new HospitalDraft(name, uscc!, registration, new(level, grade), certificate, request.CertifiedOn);
    }
}
