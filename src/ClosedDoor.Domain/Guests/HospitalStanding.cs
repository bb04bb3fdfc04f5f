namespace ClosedDoor.Domain;

/// <summary>医院级别.</summary>
public enum HospitalLevel
{
    /// <summary>三级.</summary>
    Tertiary,

    /// <summary>二级.</summary>
    Secondary,

    /// <summary>一级.</summary>
    Primary,
    Unrated,
}

/// <summary>医院等次.</summary>
public enum HospitalGrade
{
    /// <summary>特等, above grade A, and given to tertiary hospitals only.</summary>
    Special,

    /// <summary>甲等.</summary>
    A,

    /// <summary>乙等.</summary>
    B,

    /// <summary>丙等.</summary>
    C,

    /// <summary>未评.</summary>
    Unrated,
}

/// <summary>How a hospital is rated 医院评审.</summary>
public sealed record HospitalStanding(HospitalLevel Level, HospitalGrade Grade)
{
    /// <summary>Whether it is 三甲 or above.</summary>
    public bool IsTertiaryGradeA =>
        Level is HospitalLevel.Tertiary && Grade is HospitalGrade.Special or HospitalGrade.A;

    /// <summary>As companies are told without a name: <c>三级甲等</c>.</summary>
    public Text Tier =>
        new(
            Level switch
            {
                HospitalLevel.Tertiary => "三级",
                HospitalLevel.Secondary => "二级",
                HospitalLevel.Primary => "一级",
                _ => "未定级",
            }
                + Grade switch
                {
                    HospitalGrade.Special => "特等",
                    HospitalGrade.A => "甲等",
                    HospitalGrade.B => "乙等",
                    HospitalGrade.C => "丙等",
                    _ => "",
                },
            $"{Level} {(Grade is HospitalGrade.Unrated ? "" : $"grade {Grade}")}".Trim()
        );
}

/// <summary>Which social credit codes a hospital may have.</summary>
public static class HospitalCode
{
    /// <summary>
    /// Most hospitals are public institutions (12), some are government bodies (11) or private non-enterprise units (52);
    /// for-profit ones are enterprises (91). Sole traders, cooperatives and foundations are none.
    /// </summary>
    public static bool MayBeHospital(this SocialCreditCode code) =>
        code.Kind
            is SocialCreditCodeKind.PublicInstitution
                or SocialCreditCodeKind.GovernmentBody
                or SocialCreditCodeKind.PrivateNonEnterprise
                or SocialCreditCodeKind.Enterprise;
}
