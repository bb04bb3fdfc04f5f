using NodaTime;

namespace ClosedDoor.Domain;

/// <summary>A device certificate as the company enters it; see <see cref="Certificate"/> for the rules that it is held against.</summary>
/// <param name="ExpiresOn">有效期至, its last day; null for a filing, which has none.</param>
/// <param name="IssuedOn">生效日期, where the company gives it.</param>
public sealed record ApplicantCertificate(
    string? Number = null,
    LocalDate? ExpiresOn = null,
    LocalDate? IssuedOn = null
)
{
    /// <summary>With its number tidied; null where a field was noted. A registration's expiry may be added later.</summary>
    internal ApplicantCertificate? Checked(FieldErrors errors, string path, LocalDate today)
    {
        var read = Certificate.Check(Number, ExpiresOn, today, IssuedOn);
        if (!read.Refused(out var refusal))
            return this with { Number = read.Value.Number.Value, ExpiresOn = read.Value.ExpiresOn };
        if (refusal.Is(Certificate.ExpiryMissing))
            return this with { Number = CertificateNumber.Parse(Number).Value.Value };
        errors.Add(PathOf(refusal, path), refusal.Detail!);
        return null;
    }

    internal void NoteWhatLapsed(FieldErrors errors, string path, LocalDate today)
    {
        if (Certificate.Check(Number, ExpiresOn, today, IssuedOn).Refused(out var refusal))
            errors.Add(PathOf(refusal, path), refusal.Detail!);
    }

    static string PathOf(Refusal refusal, string path) =>
        refusal.Is(CertificateNumber.Malformed) || refusal.Is(CertificateNumber.ClassMismatch)
            ? $"{path}.number"
            : $"{path}.expiresOn";
}

public enum ExpertLinkType
{
    /// <summary>课题合作.</summary>
    ResearchProject,

    /// <summary>专委会.</summary>
    Committee,

    /// <summary>论文.</summary>
    Paper,
}

/// <summary>An expert who works with the company, and how.</summary>
/// <param name="Type">A word of <see cref="ExpertLinkType"/>.</param>
/// <param name="Specialty">A code of <see cref="Domain.Specialty"/>, such as 03; its name is taken too.</param>
public sealed record ExpertLink(
    string? Type = null,
    string? Specialty = null,
    string? Description = null,
    string? ExpertName = null
)
{
    const int LongestDescription = 1000;

    internal ExpertLink Checked(FieldErrors errors, string path)
    {
        var type = Type?.Trim();
        if (!string.IsNullOrEmpty(type) && Words.TryParse<ExpertLinkType>(type) is null)
            errors.Add(
                $"{path}.type",
                "应为 research_project（课题）、committee（专委会）或 paper（论文）。",
                "Must be research_project, committee or paper."
            );
        var specialty = Specialty?.Trim();
        if (!string.IsNullOrEmpty(specialty) && CodeOf(specialty) is null)
            errors.Add(
                $"{path}.specialty",
                "应为《医疗机构诊疗科目名录》中的一级科目代码，例如 03（内科）。",
                "Must be a specialty code, such as 03 (internal medicine)."
            );
        var name = string.IsNullOrWhiteSpace(ExpertName)
            ? null
            : errors.Parsed($"{path}.expertName", PersonName.Parse(ExpertName));
        return new(
            type,
            CodeOf(specialty) ?? specialty,
            errors.OptionalLines($"{path}.description", Description, LongestDescription),
            name?.Value
        );
    }

    internal void NoteMissing(FieldErrors errors, string path)
    {
        if (string.IsNullOrEmpty(Type))
            errors.Missing($"{path}.type");
        if (string.IsNullOrEmpty(Specialty))
            errors.Missing($"{path}.specialty");
        if (string.IsNullOrEmpty(Description) && string.IsNullOrEmpty(ExpertName))
            errors.Add(
                $"{path}.description",
                "请说明合作内容或专家姓名。",
                "Say what the link is, or who the expert is."
            );
    }

    static string? CodeOf(string? specialty) =>
        Domain
            .Specialty.All.FirstOrDefault(entry =>
                entry.Code == specialty
                || entry.Zh == specialty
                || string.Equals(entry.En, specialty, StringComparison.OrdinalIgnoreCase)
            )
            ?.Code;
}

/// <summary>Something the company says of its product, and the file that backs it.</summary>
/// <param name="EvidenceId">An uploaded file of the same vetting.</param>
public sealed record Claim(string? Text = null, string? EvidenceId = null)
{
    const int LongestText = 1000;

    internal Claim Checked(FieldErrors errors, string path)
    {
        var text = errors.Lines($"{path}.text", Text, LongestText);
        var evidenceId = string.IsNullOrWhiteSpace(EvidenceId) ? null : EvidenceId.Trim();
        if (evidenceId is not null && !TypeId.IsValid(Evidence.IdPrefix, evidenceId))
            errors.Add($"{path}.evidenceId", "应为证明文件编号（evd_…）。", "Must be the id of a file (evd_…).");
        return new(text, evidenceId);
    }
}

/// <summary>An uploaded file, as far as completeness asks.</summary>
/// <param name="Supports">What it supports, in the company's words; <c>claims[0]</c> names a claim by its place.</param>
public sealed record Evidence(string Id, string? Supports)
{
    public const string IdPrefix = "evd";

    public bool Backs(Claim claim, string path) => claim.EvidenceId is { } id ? id == Id : Supports == path;
}
