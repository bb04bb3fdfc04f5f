namespace ClosedDoor.Domain;

/// <summary>
/// How well what a company offers fits what a guest looks for, with the reasons in words: an automated decision about
/// people must be explained to them (PIPL article 24).
/// </summary>
/// <param name="Score">0 to <see cref="Most"/>.</param>
public sealed record NeedFit(int Score, IReadOnlyList<Text> Reasons)
{
    /// <summary>Half for the specialty, a third for the kind of device, the rest for the cooperation model.</summary>
    public const int Most = BySpecialty + ByDevice + ByModel;

    const int BySpecialty = 50;
    const int ByDevice = 30;
    const int ByModel = 20;

    public static NeedFit Of(MatchProfile company, MatchProfile guest)
    {
        var reasons = new List<Text>();
        var score =
            Shared(
                company.Specialties.Intersect(guest.Specialties).Select(code => Named(Specialty.Find(code))),
                BySpecialty,
                new("共同的专科方向", "Shared specialties")
            )
            + Shared(
                company.DeviceClasses.Intersect(guest.DeviceClasses).Select(code => Named(DeviceClass.Find(code))),
                ByDevice,
                new("所需器械类别相符", "The kind of device that is looked for")
            )
            + Shared(
                company.Models.Intersect(guest.Models).Select(CooperationModelNames.Of),
                ByModel,
                new("合作模式相符", "A cooperation model that both consider")
            );
        return new(score, reasons);

        static Text? Named(CodeEntry? code) => code is null ? null : new(code.Zh, code.En);

        int Shared(IEnumerable<Text?> names, int points, Text what)
        {
            Text[] shared = [.. names.OfType<Text>()];
            if (shared.Length == 0)
                return 0;
            reasons.Add(
                new(
                    $"{what.Zh}：{string.Join('、', shared.Select(name => name.Zh))}",
                    $"{what.En}: {string.Join(", ", shared.Select(name => name.En))}"
                )
            );
            return points;
        }
    }
}
