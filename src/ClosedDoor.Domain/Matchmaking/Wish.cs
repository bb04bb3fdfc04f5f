namespace ClosedDoor.Domain;

/// <summary>What one side of a pair wishes. A company uses the first four, a guest all but <see cref="No"/>.</summary>
public enum Wish
{
    Must,
    Want,

    /// <summary>What counts when nothing was said.</summary>
    Neutral,

    /// <summary>A company does not wish to meet this guest.</summary>
    No,

    /// <summary>A guest does not wish to meet this company. The company never learns of it.</summary>
    Veto,

    /// <summary>回避: a guest should not meet this company. The company never learns of it either.</summary>
    Recuse,
}

public static class WishWords
{
    public static bool MayBeSaidByCompany(this Wish wish) => wish <= Wish.No;

    public static bool MayBeSaidByGuest(this Wish wish) => wish is not Wish.No;

    /// <summary>A guest's word that bars the pair.</summary>
    public static bool KeepsAway(this Wish wish) => wish is Wish.Veto or Wish.Recuse;
}

/// <summary>What a pair is worth to the timetable, from both sides' wishes and the match of needs.</summary>
public static class PairWorth
{
    const int Base = 500;

    /// <summary>
    /// The company pays for its meetings, so its wish weighs most; a guest's wish can lift a pair above the company's
    /// next rank; needs decide among equals.
    /// </summary>
    /// <param name="needs">0 to <see cref="NeedFit.Most"/>.</param>
    public static PairTerms Of(Wish company, Wish guest, int needs) =>
        new(
            Base
                + company switch
                {
                    Wish.Must => 4000,
                    Wish.Want => 2000,
                    _ => 0,
                }
                + guest switch
                {
                    Wish.Must => 2500,
                    Wish.Want => 1200,
                    _ => 0,
                }
                + needs * 10,
            guest.KeepsAway() ? PairBar.Veto
                : company is Wish.No ? PairBar.Declined
                : PairBar.None
        );
}
