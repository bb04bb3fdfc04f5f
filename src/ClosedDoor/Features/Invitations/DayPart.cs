using System.Text.Json;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.Invitations;

/// <summary>A part of the session's day during which a guest can be there, in the session's civil time.</summary>
public sealed record DayPart(LocalTime From, LocalTime To)
{
    const int Most = 10;

    internal static IReadOnlyList<DayPart>? FromStored(string? json) =>
        json is null ? null : JsonSerializer.Deserialize<DayPart[]>(json, Json.Options);

    /// <summary>None is the whole day, also when the session is made longer.</summary>
    internal static string? Stored(IReadOnlyList<DayPart>? parts) =>
        parts is null or { Count: 0 } ? null : JsonSerializer.Serialize(parts, Json.Options);

    /// <summary>Notes what is wrong with the parts: they lie within the day, in order, and do not overlap.</summary>
    internal static void Check(
        FieldErrors errors,
        string path,
        IReadOnlyList<DayPart?> parts,
        LocalTime begins,
        LocalTime ends
    )
    {
        if (parts.Count > Most)
            errors.Add(path, $"至多 {Most} 个时段。", $"At most {Most} parts of the day.");
        for (var i = 0; i < Math.Min(parts.Count, Most); i++)
        {
            if (parts[i] is not { } part)
                errors.Missing($"{path}[{i}]");
            else if (part.To <= part.From)
                errors.Add($"{path}[{i}]", "结束时间须晚于开始时间。", "Must end after it begins.");
            else if (part.From < begins || part.To > ends)
                errors.Add($"{path}[{i}]", "须在场次时间之内。", "Must lie within the session's day.");
            else if (i > 0 && parts[i - 1] is { } earlier && part.From < earlier.To)
                errors.Add($"{path}[{i}]", "时段须按先后排列，不得重叠。", "Parts come in order and do not overlap.");
        }
    }
}
