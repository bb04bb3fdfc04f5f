using System.Collections.Concurrent;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Mail;
using ClosedDoor.Platform.Outbox;
using ClosedDoor.Tests.Given;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

/// <summary>An outbox of one kind of message, and workers that note, or fail, what they are given.</summary>
public abstract class OutboxDesk
{
    private protected const string Kind = "test.happened.v1";

    private protected static readonly string[] Waiting = ["a", "b", "c"];

    private protected TestHost _host = null!;
    private protected ConcurrentBag<string> _handled = null!;

    [SetUp]
    public async Task Start() => (_host, _handled) = (await TestHost.Create(), []);

    [TearDown]
    public async Task Stop() => await _host.DisposeAsync();

    private protected Instant Now => _host.Time.Now;

    private protected OutboxHandler Note =>
        (message, _) =>
        {
            _handled.Add(message.SubjectId);
            return Task.CompletedTask;
        };

    private protected static OutboxHandler Fail =>
        (_, _) => throw new InvalidOperationException("no answer from someone@example.com");

    private protected OutboxWorker Worker(OutboxHandler handler) =>
        new(
            _host.Data,
            new() { [Kind] = handler },
            _host.Get<Mailer>(),
            _host.Get<Settings>(),
            _host.Get<IClock>(),
            NullLogger<OutboxWorker>.Instance
        );

    private protected Task<bool> Send(string id, string kind = Kind, Instant? dueAt = null) =>
        _host.Data.Write(
            "test",
            async tx =>
            {
                await tx.Send(kind, new { id }, Now, dueAt);
                return true;
            }
        );

    private protected Task<long> Left => _host.Query<long>("SELECT COUNT(*) FROM outbox");

    private protected Task<long> Parked => _host.Query<long>("SELECT COUNT(*) FROM outbox WHERE parked_at IS NOT NULL");
}
