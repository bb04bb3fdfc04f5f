using System.Text.Json.Serialization;
using NodaTime;

namespace ClosedDoor.Domain;

/// <summary>
/// What a company applies for vetting with. A draft may hold any part of it; <see cref="Missing"/> says what a
/// submission still lacks. What is null was not given.
/// </summary>
/// <param name="Technology">技术怎么样: how good the technology is.</param>
/// <param name="ExpertBacking">有没有专家合作: which experts stand behind it.</param>
/// <param name="CompanyStrength">企业背景实力如何: the company's background and strength.</param>
/// <param name="CooperationModel">合作模式是什么样: how it would work with a hospital.</param>
/// <param name="Safety">安全: the evidence that it is safe.</param>
/// <param name="Distinction">亮点: what sets the product apart from what it would replace.</param>
/// <param name="DeviceClass">A sub-catalogue of <see cref="Domain.DeviceClass"/>, 01 to 22; not a certificate's risk class.</param>
/// <param name="CoreQuestions">四个核心问题, each a word of <see cref="CoreQuestion"/>.</param>
public sealed record VettingApplication(
    string? Technology = null,
    string? ExpertBacking = null,
    string? CompanyStrength = null,
    string? CooperationModel = null,
    IReadOnlyList<ApplicantCertificate>? Certificates = null,
    IReadOnlyList<ExpertLink>? ExpertLinks = null,
    IReadOnlyList<Claim>? Claims = null,
    IReadOnlyList<string>? CoreQuestions = null,
    string? Safety = null,
    string? Distinction = null,
    string? DeviceClass = null
)
{
    /// <summary>企业至少有两位专家的合作: fewer say little about whether the field takes the product seriously.</summary>
    public const int FewestExpertLinks = 2;

    const int LongestText = 5000;
    const int MostItems = 50;

    /// <summary>Earliest expiry among the certificates; null when none of them expires.</summary>
    [JsonIgnore]
    public LocalDate? FirstCertificateExpiry => Certificates?.Min(certificate => certificate.ExpiresOn);

    /// <summary>
    /// Checks what is given and leaves alone what is not. Refused with <see cref="Refusals.Invalid"/>, every fault
    /// under its JSON path.
    /// </summary>
    public Outcome<VettingApplication> Checked(LocalDate today)
    {
        var errors = new FieldErrors();
        var tidy = new VettingApplication(
            Part("technology", Technology),
            Part("expertBacking", ExpertBacking),
            Part("companyStrength", CompanyStrength),
            Part("cooperationModel", CooperationModel),
            Each("certificates", Certificates, (path, one) => one.Checked(errors, path, today)),
            Each("expertLinks", ExpertLinks, (path, one) => one.Checked(errors, path)),
            Each("claims", Claims, (path, one) => one.Checked(errors, path)),
            Each<string>("coreQuestions", CoreQuestions, Question)?.Distinct().ToArray(),
            Part("safety", Safety),
            Part("distinction", Distinction),
            DeviceClass?.Trim()
        );
        if (!string.IsNullOrEmpty(tidy.DeviceClass) && !Domain.DeviceClass.IsKnown(tidy.DeviceClass))
            errors.Add("deviceClass", Domain.DeviceClass.Expected);
        NoteRepeatedNumbers(errors, tidy.Certificates);
        return errors.Refusal is { } refusal ? refusal : tidy;

        // An empty text is kept: it is how a draft's part is cleared again.
        string? Part(string path, string? text) =>
            text is null ? null : errors.OptionalLines(path, text, LongestText) ?? "";

        string? Question(string path, string word)
        {
            if (Words.TryParse<CoreQuestion>(word.Trim()) is { } question)
                return question.Word();
            errors.Add(
                path,
                "应为 cooperation_model、regulation、professional_doubt 或 cooperation_channel。",
                "Must be cooperation_model, regulation, professional_doubt or cooperation_channel."
            );
            return null;
        }

        T[]? Each<T>(string path, IReadOnlyList<T>? items, Func<string, T, T?> check)
            where T : class
        {
            if (items is null)
                return null;
            if (items.Count > MostItems)
            {
                errors.Add(path, $"至多 {MostItems} 项。", $"At most {MostItems}.");
                return null;
            }
            var tidied = new List<T>();
            for (var i = 0; i < items.Count; i++)
            {
                // Null elements come from JSON, whatever the type says.
                if ((object?)items[i] is null)
                    errors.Add($"{path}[{i}]", "不能为空。", "Must not be null.");
                else if (check($"{path}[{i}]", items[i]) is { } one)
                    tidied.Add(one);
            }
            return [.. tidied];
        }
    }

    /// <summary>This, laid over an earlier application: what is not given stays as it was.</summary>
    public VettingApplication Over(VettingApplication earlier) =>
        new(
            Technology ?? earlier.Technology,
            ExpertBacking ?? earlier.ExpertBacking,
            CompanyStrength ?? earlier.CompanyStrength,
            CooperationModel ?? earlier.CooperationModel,
            Certificates ?? earlier.Certificates,
            ExpertLinks ?? earlier.ExpertLinks,
            Claims ?? earlier.Claims,
            CoreQuestions ?? earlier.CoreQuestions,
            Safety ?? earlier.Safety,
            Distinction ?? earlier.Distinction,
            DeviceClass ?? earlier.DeviceClass
        );

    /// <summary>
    /// Everything that a submission lacks, under the path where it belongs; null when it is complete. Certificates are
    /// checked once more, since a draft may have waited until one ran out.
    /// </summary>
    public Refusal? Missing(LocalDate today, IReadOnlyCollection<Evidence> evidence)
    {
        var errors = new FieldErrors();
        Part("technology", Technology);
        Part("expertBacking", ExpertBacking);
        Part("companyStrength", CompanyStrength);
        Part("cooperationModel", CooperationModel);

        if (Certificates is not { Count: > 0 })
            errors.Add(
                "certificates",
                "请至少填写一个医疗器械注册证或备案凭证。",
                "Name at least one registration certificate or filing."
            );
        for (var i = 0; i < (Certificates?.Count ?? 0); i++)
            Certificates![i].NoteWhatLapsed(errors, $"certificates[{i}]", today);

        // One link entered twice is still one.
        if ((ExpertLinks?.Distinct().Count() ?? 0) < FewestExpertLinks)
            errors.Add(
                "expertLinks",
                $"请至少填写 {FewestExpertLinks} 项专家合作（课题、专委会或论文）。",
                $"Name at least {FewestExpertLinks} expert links (research project, committee or paper)."
            );
        for (var i = 0; i < (ExpertLinks?.Count ?? 0); i++)
            ExpertLinks![i].NoteMissing(errors, $"expertLinks[{i}]");

        if (evidence.Count == 0)
            errors.Add("evidence", "请至少上传一份证明文件。", "Upload at least one file of evidence.");
        for (var i = 0; i < (Claims?.Count ?? 0); i++)
        {
            if (!evidence.Any(file => file.Backs(Claims![i], $"claims[{i}]")))
                errors.Add($"claims[{i}].evidenceId", "该主张没有证明文件支持。", "No uploaded file backs this claim.");
        }
        return errors.Refusal is { } refusal ? Refusals.VettingIncomplete with { Fields = refusal.Fields } : null;

        void Part(string path, string? text)
        {
            if (string.IsNullOrEmpty(text))
                errors.Missing(path);
        }
    }

    static void NoteRepeatedNumbers(FieldErrors errors, IReadOnlyList<ApplicantCertificate>? certificates)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < (certificates?.Count ?? 0); i++)
        {
            if (certificates![i].Number is { } number && !seen.Add(number))
                errors.Add($"certificates[{i}].number", "证号重复。", "This number is given twice.");
        }
    }
}

/// <summary>四个核心问题: what a company comes to have answered.</summary>
public enum CoreQuestion
{
    CooperationModel,
    Regulation,
    ProfessionalDoubt,
    CooperationChannel,
}
