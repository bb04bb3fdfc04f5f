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
/// is kept; those who ask at the same time share a read instead.
/// </summary>
public sealed class KeptAnswers(Database database)
{
    /// <summary>Many addresses can be asked for; the sum of what is kept stays small.</summary>
    const int Most = 2_000;

    Generation _current = new(-1);

    readonly Gathered<Func<Task<IResult>>, IResult> _shared = new((_, reads) => reads[^1]());

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
            return await _shared.Ask(key, () => Fresh(now, read, changesAt));

        var generation = _current;
        if (generation.Version != version)
            _current = generation = new(version);
        if (generation.Answers.TryGetValue(key, out var kept) && now >= kept.From && now < kept.Until)
            return kept;

        // The version was taken before reading: a commit in between makes this answer newer than its generation says.
        var fresh = await Fresh(now, read, changesAt);
        if (fresh is Kept answer && generation.Answers.Count < Most)
            generation.Answers[key] = answer;
        return fresh;
    }

    static async Task<IResult> Fresh<T>(Instant now, Func<Task<Outcome<T>>> read, Func<T, Instant?> changesAt)
    {
        var outcome = await read();
        if (outcome.Refusal is not null)
            return outcome.ToOk();
        var value = outcome.Value;
        return new Kept(
            JsonSerializer.SerializeToUtf8Bytes(value, Json.Options),
            value is ITagged tagged ? $"\"{tagged.Tag}\"" : null,
            From: now,
            Until: changesAt(value) ?? Instant.MaxValue
        );
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
