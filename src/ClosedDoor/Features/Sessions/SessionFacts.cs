using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Mail;
using NodaTime;

namespace ClosedDoor.Features.Sessions;

/// <summary>What a mail says of a session. Not the venue: it is told to those who come, by the invitation.</summary>
sealed record SessionFacts
{
    public string Id { get; init; } = "";
    public string Title { get; init; } = "";
    public string City { get; init; } = "";
    public string Status { get; init; } = "";
    public Instant BeginsAt { get; init; }
    public string TimeZone { get; init; } = "";

    public static Task<SessionFacts?> Find(Statements read, string sessionId) =>
        read.Find<SessionFacts>(
            "SELECT id, title, city, status, begins_at, time_zone FROM session WHERE id = @sessionId",
            new { sessionId }
        );

    public bool IsCancelled => Words.Parse<SessionStatus>(Status) is SessionStatus.Cancelled;

    public bool IsCompleted => Words.Parse<SessionStatus>(Status) is SessionStatus.Completed;

    /// <summary>The subject of a mail about this session.</summary>
    public Text Subject(string zh, string en) => new($"{zh}：{Title}", $"{en}: {Title}");

    public IReadOnlyList<Fact> Facts =>
        [
            new(new("闭门会场次", "Closed-door session"), Title),
            new(new("开始时间", "Begins"), Wording.At(BeginsAt)),
            new(new("城市", "City"), City),
        ];
}
