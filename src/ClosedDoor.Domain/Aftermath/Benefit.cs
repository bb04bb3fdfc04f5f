namespace ClosedDoor.Domain;

/// <summary>What a guest may receive at all (国卫办医急函〔2023〕469号): there is no kind for a fee.</summary>
public enum BenefitKind
{
    Travel,
    Hotel,
    Meals,
}

/// <summary>Who may be given what, and by whom.</summary>
public static class BenefitRules
{
    /// <summary>Null when the benefit may be recorded; else the first rule that forbids it.</summary>
    /// <param name="guest">Officials receive nothing (公务员法 §59).</param>
    /// <param name="payer">Enterprises and sole traders (91, 92) never pay for guests.</param>
    /// <param name="approvalOnFile">Whether the guest's unit has approved, in writing.</param>
    /// <param name="tiedToPromotion">Whether it depends on what the guest says or does for a product.</param>
    public static Refusal? Check(GuestKind guest, SocialCreditCode payer, bool approvalOnFile, bool tiedToPromotion)
    {
        if (guest is GuestKind.HealthCommissionOfficial)
            return Refusals.BenefitToOfficial;
        if (payer.Kind is SocialCreditCodeKind.Enterprise or SocialCreditCodeKind.SoleTrader)
            return Refusals.PayerIsCompany;
        if (tiedToPromotion)
            return Refusals.BenefitForPromotion;
        return approvalOnFile ? null : Refusals.UnitApprovalMissing;
    }
}
