using System.Buffers;
using System.Globalization;
using System.Text;
using NodaTime;

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

    /// <summary>Notes a field that may not be left out.</summary>
    public void Missing(string path) => Add(path, IsMissing);

    /// <summary>What is said of a field that was left out.</summary>
    public static readonly Text IsMissing = new("必填。", "Required.");

    /// <summary>The parsed value; when it is refused, the field is noted and the value is null.</summary>
    public T? Parsed<T>(string path, Outcome<T> outcome)
        where T : class
    {
        if (!outcome.Refused(out var refusal))
            return outcome.Value;
        Add(path, refusal.Detail ?? new Text("格式不正确。", "Malformed."));
        return null;
    }

    /// <summary>
    /// The trimmed text, which is one line; notes the field when it is missing, shorter or longer than allowed (in
    /// characters), or holds what nobody sees and what reorders the text around it: such a name passes for another.
    /// </summary>
    public string Text(string path, string? value, int longest, int shortest = 1) =>
        Text(path, value, longest, shortest, lines: false);

    /// <summary>As <see cref="Text(string, string?, int, int)"/>, where the text may have lines and tabs.</summary>
    public string Lines(string path, string? value, int longest) => Text(path, value, longest, 1, lines: true);

    string Text(string path, string? value, int longest, int shortest, bool lines)
    {
        var text = value?.Trim() ?? "";
        if (text.Length == 0 && shortest > 0)
            Missing(path);
        else if (text.Length < shortest)
            Add(path, $"至少 {shortest} 个字符。", $"At least {shortest} characters.");
        else if (text.Length > longest)
            Add(path, $"至多 {longest} 个字符。", $"At most {longest} characters.");
        else if (!lines && text.AsSpan().ContainsAny(LineBreaks))
            Add(path, "不能换行。", "Must be one line.");
        else if (text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')))
            Add(path, "含有控制字符。", "Contains control characters.");
        else if (text.EnumerateRunes().Any(rune => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format))
            Add(path, "含有不可见的格式字符。", "Contains invisible formatting characters.");
        return text;
    }

    static readonly SearchValues<char> LineBreaks = SearchValues.Create("\r\n\u2028\u2029");

    /// <summary>As <see cref="Text(string, string?, int, int)"/>, where the field may be left out.</summary>
    public string? OptionalText(string path, string? value, int longest) =>
        string.IsNullOrWhiteSpace(value) ? null : Text(path, value, longest);

    /// <summary>As <see cref="Lines"/>, where the field may be left out.</summary>
    public string? OptionalLines(string path, string? value, int longest) =>
        string.IsNullOrWhiteSpace(value) ? null : Lines(path, value, longest);

    /// <summary>The state that the word stands for; null when it is left out, or is none of ours, which is noted.</summary>
    public T? OptionalWord<T>(string path, string? word)
        where T : struct, Enum
    {
        var state = Words.TryParse<T>(word);
        if (word is not null && state is null)
            Add(path, OneOf<T>());
        return state;
    }

    /// <summary>As <see cref="OptionalWord{T}"/>, where the field may not be left out; what is noted is noted once.</summary>
    public T RequiredWord<T>(string path, string? word)
        where T : struct, Enum =>
        word is null ? Required<T>(path, null) : OptionalWord<T>(path, word).GetValueOrDefault();

    /// <summary>What to say of a word that is none of ours.</summary>
    public static Text OneOf<T>()
        where T : struct, Enum =>
        new($"应为：{string.Join('、', Words.All<T>())}。", $"Must be one of: {string.Join(", ", Words.All<T>())}.");

    public T Required<T>(string path, T? value)
        where T : struct
    {
        if (value is null)
            Missing(path);
        return value.GetValueOrDefault();
    }

    /// <summary>Notes a day that is still to come; one that is missing is somebody else's to note.</summary>
    public void NotAfter(LocalDate today, string path, LocalDate? day)
    {
        if (day > today)
            Add(path, "不得晚于今天。", "Must not lie in the future.");
    }

    public long Within(string path, long value, long least, long most)
    {
        if (value < least || value > most)
            Add(path, $"应在 {least} 与 {most} 之间。", $"Must lie between {least} and {most}.");
        return value;
    }
}
