namespace ClosedDoor.Domain;

/// <summary>Why a vetting was decided as it was. The applicant is told it, in these words.</summary>
/// <param name="Code">Stable; what callers send and switch on.</param>
public sealed record VettingReason(string Code, Text Words)
{
    /// <summary>Given with every approval.</summary>
    public static readonly VettingReason CriteriaMet = new(
        "criteria_met",
        new("材料齐全，符合资质审核要求。", "The evidence is complete and meets the criteria.")
    );

    /// <summary>Twelve months have passed since the approval.</summary>
    public static readonly VettingReason ValidityEnded = new(
        "validity_ended",
        new("资质审核有效期已满。", "The vetting's twelve months are over.")
    );

    /// <summary>A certificate that the approval rests on has run out.</summary>
    public static readonly VettingReason CertificateExpired = new(
        "certificate_expired",
        new("医疗器械证书已到期。", "A device certificate has expired.")
    );

    /// <summary>A later approval of the same company has taken its place.</summary>
    public static readonly VettingReason Replaced = new(
        "replaced",
        new("已由新的资质审核取代。", "A later vetting has taken its place.")
    );

    /// <summary>The company's procurement credit is such that nobody may approve it.</summary>
    public static readonly VettingReason CreditForbids = new(
        "credit_record",
        new("医药价格和招采信用记录不符合要求。", "The procurement credit record forbids it.")
    );

    /// <summary>No code of the list fits: the note says why, and is told to the applicant with it.</summary>
    public static readonly VettingReason Other = new(
        "other",
        new("其他原因，见说明。", "Another reason: see the note.")
    );

    /// <summary>What a reviewer rejects an application for, or revokes an approval for.</summary>
    public static IReadOnlyList<VettingReason> AgainstIt { get; } =
    [
        new("insufficient_evidence", new("证明材料不足。", "The evidence does not suffice.")),
        new("technology_unproven", new("技术水平未得到证明。", "The technology is not proven.")),
        new("expert_backing_weak", new("专家合作不足以支持。", "The expert backing is too weak.")),
        new("company_strength_weak", new("企业背景实力不足。", "The company's strength does not suffice.")),
        new("cooperation_model_unsuitable", new("合作模式不合适。", "The cooperation model is not suitable.")),
        new("safety_not_shown", new("安全性未得到证明。", "The product's safety is not shown.")),
        new("specialty_mismatch", new("专科方向不符。", "The specialty does not match.")),
        new(
            "certificate_invalid",
            new("医疗器械证书无效或无法核实。", "A certificate is invalid or cannot be verified.")
        ),
        CertificateExpired,
        CreditForbids,
        new("false_statement", new("申请材料与事实不符。", "The application does not state the facts.")),
        new("compliance", new("不符合合规要求。", "It does not meet compliance rules.")),
        new("company_request", new("应企业要求。", "At the company's own request.")),
        Other,
    ];

    static readonly Dictionary<string, VettingReason> ByCode = AgainstIt
        .Concat([CriteriaMet, ValidityEnded, Replaced])
        .ToDictionary(reason => reason.Code);

    /// <summary>Any reason that a decision may carry; null when the code is none of ours.</summary>
    public static VettingReason? Find(string? code) => code is null ? null : ByCode.GetValueOrDefault(code);

    /// <summary>A reviewer's reason; notes the field when the code is not on the list, or is 'other' without a note.</summary>
    public static VettingReason? Read(FieldErrors errors, string? code, string? note)
    {
        var reason = AgainstIt.FirstOrDefault(one => one.Code == code?.Trim());
        if (reason is null)
        {
            var codes = string.Join(", ", AgainstIt.Select(one => one.Code));
            errors.Add("reasonCode", $"应为：{codes}。", $"Must be one of: {codes}.");
        }
        if (reason == Other && string.IsNullOrWhiteSpace(note))
            errors.Add("note", "选择 other 时必须填写说明。", "Say why: the code alone does not.");
        return reason;
    }
}
