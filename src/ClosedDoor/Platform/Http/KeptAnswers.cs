using System.Collections.Concurrent;
using System.Text.Json;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Platform.Http;

/// <summary>
/// Answers that everyone gets alike, kept as bytes for as long as they are true: until anything at all is committed
/// (<see cref="Database.Version"/>), or until the instant at which they change by themselves. An answer that is kept is
/// therefore never older than the last commit that anybody was told of. On PostgreSQL, which has no such number, nothing
/// is kept.
/// </summary>
public sealed class KeptAnswers(Database database)
{
    /// <summary>Many addresses can be asked for; the sum of what is kept stays small.</summary>
    const int Most = 2_000;

    Generation _current = new(-1);

    /// <param name="key">What was asked for; no two questions share one.</param>
    /// <param name="now">The request's time.</param>
    /// <param name="read">Reads the answer anew.</param>
    /// <param name="changesAt">When it changes without any commit; null when it does not.</param>
    public async ValueTask<IResult> Get<T>(
        string key,
        Instant now,
        Func<Task<Outcome<T>>> read,
        Func<T, Instant?> changesAt
    )
    {
        if (database.Version is not { } version)
            return (await read()).ToOk();

        var generation = _current;
        if (generation.Version != version)
            _current = generation = new(version);
        if (generation.Answers.TryGetValue(key, out var kept) && now >= kept.From && now < kept.Until)
            return kept;

        // The version was taken before reading: a commit in between makes this answer newer than its generation says.
        var outcome = await read();
        if (outcome.Refusal is not null || generation.Answers.Count >= Most)
            return outcome.ToOk();
        var value = outcome.Value;
        kept = new(
            JsonSerializer.SerializeToUtf8Bytes(value, Json.Options),
            value is ITagged tagged ? $"\"{tagged.Tag}\"" : null,
            From: now,
            Until: changesAt(value) ?? Instant.MaxValue
        );
        generation.Answers[key] = kept;
        return kept;
    }

    sealed record Generation(long Version)
    {
        public ConcurrentDictionary<string, Kept> Answers { get; } = new(StringComparer.Ordinal);
    }

    sealed record Kept(byte[] Body, string? Tag, Instant From, Instant Until) : IResult
    {
        public Task ExecuteAsync(HttpContext http) => Answer.WriteTagged(http, Body, Tag);
    }
}
