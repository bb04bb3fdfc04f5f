using NodaTime;

namespace ClosedDoor.Domain;

/// <summary>
/// 医药价格和招采信用评价: a company's standing in public procurement, as the provinces publish it
/// (国家医疗保障局 医保发〔2020〕34号).
/// </summary>
public enum CreditRating
{
    None,

    /// <summary>一般失信: needs a senior reviewer.</summary>
    General,

    /// <summary>中等失信: needs a senior reviewer.</summary>
    Medium,

    /// <summary>严重失信: no approval.</summary>
    Serious,

    /// <summary>特别严重失信: no approval.</summary>
    ExtremelySerious,
}

/// <summary>The result of the latest look-up.</summary>
/// <param name="DishonestDebtor">失信被执行人: listed by a court for not honouring a judgment.</param>
public sealed record CreditRecord(LocalDate QueriedOn, CreditRating Rating, bool DishonestDebtor)
{
    /// <summary>Whether no reviewer may approve the company, and an approval that it has ends.</summary>
    public bool Forbids => DishonestDebtor || Rating is CreditRating.Serious or CreditRating.ExtremelySerious;
}

/// <summary>What a credit record allows a reviewer to decide.</summary>
public static class CreditRule
{
    /// <summary>Days for which a look-up speaks for the company.</summary>
    public const int FreshDays = 30;

    /// <summary>Null when the record does not stand in the way of an approval.</summary>
    /// <param name="latest">Null when nothing was looked up.</param>
    /// <param name="required">Whether a fresh look-up must be on record.</param>
    /// <param name="senior">Whether the reviewer may decide on a company of general or medium rating.</param>
    public static Refusal? Check(CreditRecord? latest, bool required, bool senior, LocalDate today)
    {
        if (latest is { DishonestDebtor: true })
            return Refusals.CreditBlocked.Because("企业为失信被执行人。", "The company is a listed dishonest debtor.");
        if (latest is { Rating: CreditRating.Serious or CreditRating.ExtremelySerious })
            return Refusals.CreditBlocked.Because(
                "信用等级为严重或特别严重失信。",
                "The credit rating is serious or extremely serious."
            );
        if (latest is { Rating: CreditRating.General or CreditRating.Medium } && !senior)
            return Refusals.CreditBlocked.Because(
                "信用等级为一般或中等失信，须由所有者复核通过。",
                "The credit rating is general or medium: only an owner may approve."
            );
        if (required && (latest is null || latest.QueriedOn.PlusDays(FreshDays) < today))
            return Refusals.CreditQueryNeeded.Because(
                $"通过前须有 {FreshDays} 天内的信用查询记录。",
                $"A credit query of the last {FreshDays} days must be on record."
            );
        return null;
    }
}
