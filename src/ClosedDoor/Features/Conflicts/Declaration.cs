using ClosedDoor.Domain;

namespace ClosedDoor.Features.Conflicts;

/// <summary>What one side declares of the other, checked.</summary>
sealed record Declaration(IReadOnlyList<ConflictKind> Kinds, string? Note)
{
    static Declaration Check(FieldErrors errors, string path, string[]? kinds, string? note)
    {
        if (kinds is null)
            errors.Add($"{path}.kinds", "必填；没有则为空数组。", "Required; an empty list where there is none.");
        return new(
            [
                .. (kinds ?? [])
                    .Take(10)
                    .Select((word, i) => errors.OptionalWord<ConflictKind>($"{path}.kinds[{i}]", word ?? ""))
                    .OfType<ConflictKind>()
                    .Distinct(),
            ],
            errors.OptionalLines($"{path}.note", note, 500)
        );
    }

    /// <summary>One for each of a list of companies or guests, named by their ids.</summary>
    public static List<(string Id, Declaration Declared)> Each<T>(
        FieldErrors errors,
        T[] request,
        Func<T, (string? Id, string[]? Kinds, string? Note)> parts,
        string field,
        string prefix
    )
    {
        const int Most = 100;
        if (request.Length > Most)
            errors.Add("", $"至多 {Most} 项。", $"At most {Most}.");
        var declared = new List<(string, Declaration)>();
        for (var i = 0; i < Math.Min(request.Length, Most); i++)
        {
            var (id, kinds, note) = parts(request[i]);
            if (!TypeId.IsValid(prefix, id))
                errors.Add($"[{i}].{field}", $"请填写编号（{prefix}_…）。", $"Give the id ({prefix}_…).");
            declared.Add((id ?? "", Check(errors, $"[{i}]", kinds, note)));
        }
        return declared;
    }
}
