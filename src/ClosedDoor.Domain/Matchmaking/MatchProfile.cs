namespace ClosedDoor.Domain;

/// <summary>What a company's product is for, or what a guest's unit looks for.</summary>
/// <param name="Specialties">Codes of 医疗机构诊疗科目名录.</param>
/// <param name="DeviceClasses">Sub-catalogues of 医疗器械分类目录, 01 to 22.</param>
/// <param name="Models">Cooperation models that the one offers or the other would consider.</param>
public sealed record MatchProfile(
    IReadOnlyList<string> Specialties,
    IReadOnlyList<string> DeviceClasses,
    IReadOnlyList<CooperationModel> Models
)
{
    const int Most = 10;

    /// <summary>Nothing was said; nothing matches.</summary>
    public static readonly MatchProfile Empty = new([], [], []);

    /// <summary>Each code once; what is wrong is noted under its place.</summary>
    public static MatchProfile Checked(
        FieldErrors errors,
        IReadOnlyList<string?>? specialties,
        IReadOnlyList<string?>? deviceClasses,
        IReadOnlyList<string?>? models
    ) =>
        new(
            Known(
                errors,
                "specialties",
                specialties,
                code => Specialty.IsKnown(code) ? code : null,
                Specialty.Expected
            ),
            Known(
                errors,
                "deviceClasses",
                deviceClasses,
                code => DeviceClass.IsKnown(code) ? code : null,
                DeviceClass.Expected
            ),
            [
                .. Known(
                        errors,
                        "models",
                        models,
                        word => Words.TryParse<CooperationModel>(word)?.Word(),
                        FieldErrors.OneOf<CooperationModel>()
                    )
                    .Select(Words.Parse<CooperationModel>),
            ]
        );

    static string[] Known(
        FieldErrors errors,
        string path,
        IReadOnlyList<string?>? given,
        Func<string, string?> read,
        Text otherwise
    )
    {
        if (given is null)
            return [];
        if (given.Count > Most)
            errors.Add(path, $"至多 {Most} 项。", $"At most {Most}.");
        var known = new List<string>();
        for (var i = 0; i < Math.Min(given.Count, Most); i++)
            if (given[i]?.Trim() is { } text && read(text) is { } code)
                known.Add(code);
            else
                errors.Add($"{path}[{i}]", otherwise);
        return [.. known.Distinct()];
    }
}
