using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Platform.Data;

/// <summary>A unit of work as the use cases see it: statements, and the two things that must commit with them.</summary>
public sealed class Tx : Statements
{
    internal Tx(Transaction transaction, Settings settings, string actor, string? requestId)
        : base(transaction) => (Settings, Actor, RequestId) = (settings, actor, requestId);

    /// <summary>The operator's deadlines and limits, which rules deep inside a use case go by.</summary>
    public Settings Settings { get; }

    /// <summary>
    /// Who changes something, as the audit log names them: the id of an account, an API key, a door device, or of what a
    /// personal link is for; <c>anonymous</c>, and <c>sign-in</c>, <c>refresh</c> and <c>pairing</c> while it is still being
    /// found out who calls; <c>job:…</c>, <c>worker:…</c>, <c>webhook:…</c> and <c>command:…</c> for what is no caller's.
    /// </summary>
    public string Actor { get; }

    public string? RequestId { get; }

    readonly List<string> _sent = [];

    /// <summary>The kinds of the messages that it has put into the outbox.</summary>
    internal IReadOnlyCollection<string> Sent => _sent;

    /// <summary>Appends to the audit log. Personal data is named by id, never copied: see <see cref="AuditLog"/>.</summary>
    public Task Record(Instant now, Change change) => AuditLog.Append(this, now, change);

    /// <summary>Puts a message into the outbox, to be handled at or after <paramref name="dueAt"/>, at least once.</summary>
    public Task Send(string kind, object body, Instant now, Instant? dueAt = null)
    {
        _sent.Add(kind);
        return OutboxTable.Add(this, kind, body, now, dueAt ?? now);
    }
}
