namespace ClosedDoor.Domain;

/// <summary>
/// Gathers what is wrong with a request, field by field, so that a caller learns all of it at once.
/// Paths are JSON paths as the caller wrote them: <c>contact.email</c>, <c>certificates[0].number</c>.
/// </summary>
public sealed class FieldErrors
{
    readonly Dictionary<string, IReadOnlyList<Text>> _errors = new(StringComparer.Ordinal);

    /// <summary>Null when nothing is wrong.</summary>
    public Refusal? Refusal => _errors.Count == 0 ? null : Refusals.Invalid with { Fields = _errors };

    public void Add(string path, Text error) =>
        _errors[path] = _errors.TryGetValue(path, out var earlier) ? [.. earlier, error] : [error];

    public void Add(string path, string zh, string en) => Add(path, new Text(zh, en));

    /// <summary>The parsed value; when it is refused, the field is noted and the value is null.</summary>
    public T? Parsed<T>(string path, Outcome<T> outcome)
        where T : class
    {
        if (!outcome.Refused(out var refusal))
            return outcome.Value;
        Add(path, refusal.Detail ?? new Text("格式不正确。", "Malformed."));
        return null;
    }

    /// <summary>The trimmed text; notes the field when it is missing, shorter or longer than allowed (in characters).</summary>
    public string Text(string path, string? value, int longest, int shortest = 1)
    {
        var text = value?.Trim() ?? "";
        if (text.Length == 0 && shortest > 0)
            Add(path, "必填。", "Required.");
        else if (text.Length < shortest)
            Add(path, $"至少 {shortest} 个字符。", $"At least {shortest} characters.");
        else if (text.Length > longest)
            Add(path, $"至多 {longest} 个字符。", $"At most {longest} characters.");
        else if (text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')))
            Add(path, "含有控制字符。", "Contains control characters.");
        return text;
    }

    /// <summary>As <see cref="Text"/>, where the field may be left out.</summary>
    public string? OptionalText(string path, string? value, int longest) =>
        string.IsNullOrWhiteSpace(value) ? null : Text(path, value, longest);

    /// <summary>The state that the word stands for; null when it is left out, or is none of ours, which is noted.</summary>
    public T? OptionalWord<T>(string path, string? word)
        where T : struct, Enum
    {
        var state = Words.TryParse<T>(word);
        if (word is not null && state is null)
            Add(
                path,
                $"应为：{string.Join('、', Words.All<T>())}。",
                $"Must be one of: {string.Join(", ", Words.All<T>())}."
            );
        return state;
    }

    /// <summary>An amount in fen, from 1 to <paramref name="most"/>; notes a missing one and any currency but CNY.</summary>
    public long Fen(string path, long? amount, string? currency, long most)
    {
        if (amount is null)
        {
            Add(path, "必填。", "Required.");
            return 0;
        }
        if (currency != "CNY")
            Add($"{path}.currency", "目前仅支持 CNY。", "Only CNY is taken.");
        return Within($"{path}.amount", amount.Value, 1, most);
    }

    public T Required<T>(string path, T? value)
        where T : struct
    {
        if (value is null)
            Add(path, "必填。", "Required.");
        return value.GetValueOrDefault();
    }

    public long Within(string path, long value, long least, long most)
    {
        if (value < least || value > most)
            Add(path, $"应在 {least} 与 {most} 之间。", $"Must lie between {least} and {most}.");
        return value;
    }
}
