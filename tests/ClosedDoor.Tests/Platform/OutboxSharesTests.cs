using System.Diagnostics;
using System.Reflection;
using ClosedDoor.Features.Payments.Stripe;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Mail;
using ClosedDoor.Platform.Outbox;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

/// <summary>A provider that does not answer keeps its own messages waiting, and no mail.</summary>
public class OutboxSharesTests : OutboxDesk
{
    const string Hanging = "test.asks_a_provider.v1";

    /// <summary>More than a worker claims at once, or works on at once.</summary>
    const int Many = 40;

    static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    readonly TaskCompletionSource _answered = new();

    [Test]
    public async Task Mails_are_sent_while_a_provider_lets_its_messages_wait()
    {
        await SendAll();
        using var loop = Loop(Handlers(apart: true));

        await loop.StartAsync(CancellationToken.None);
        try
        {
            for (var began = Stopwatch.GetTimestamp(); !_handled.Contains("mail"); await Task.Delay(5))
                Assert.That(Stopwatch.GetElapsedTime(began), Is.LessThan(Longest), "The mail still waits.");
            Assert.That(_handled, Is.EqualTo(["mail"]), "None of the others has been answered.");
        }
        finally
        {
            _answered.SetResult();
            await loop.StopAsync(CancellationToken.None);
        }
    }

    [Test]
    public async Task Without_a_share_of_their_own_they_are_claimed_before_the_mail()
    {
        // The negative control: what the loop above would begin with is 32 messages that wait, and not the mail.
        await SendAll();

        var claimed = await Worker(Handlers(apart: false)).Claim(Now);

        Assert.That(claimed.Select(message => message.Kind), Is.All.EqualTo(Hanging));
    }

    [Test]
    public async Task Each_message_is_of_one_share_and_an_unknown_kind_too()
    {
        await SendAll();
        await Send("unknown", "test.of_a_newer_release.v1");
        var handlers = Handlers(apart: true);
        var claimed = new List<string>();
        foreach (var share in handlers.Shares)
        {
            for (List<OutboxMessage>? batch = null; batch is null or { Count: > 0 }; )
            {
                batch = await Worker(handlers).Claim(Now, share);
                Assert.That(batch.Select(message => share.Contains(message.Kind)), Is.All.True);
                claimed.AddRange(batch.Select(message => message.Id));
            }
        }

        Assert.That(claimed, Is.Unique.And.Count.EqualTo(Many + 2));
        Assert.That(await Worker(handlers).Claim(Now), Is.Empty);
    }

    [Test]
    public void What_asks_Stripe_is_worked_on_apart()
    {
        var handlers = _host.Get<OutboxHandlers>();
        var asking = handlers
            .Where(one =>
                (one.Value.Target?.GetType() ?? typeof(object))
                    .GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                    .Any(held => held.FieldType == typeof(StripeClient))
            )
            .Select(one => one.Key)
            .ToList();

        Assert.That(asking, Is.Not.Empty);
        Assert.That(handlers.Apart, Is.EquivalentTo(asking));
    }

    async Task SendAll()
    {
        for (var i = 0; i < Many; i++)
            await Send($"h{i}", Hanging);
        await Send("mail", dueAt: Now + Duration.FromMilliseconds(1));
        _host.Time.Advance(Duration.FromSeconds(1));
    }

    OutboxHandlers Handlers(bool apart)
    {
        var handlers = new OutboxHandlers
        {
            [Kind] = Note,
            [Hanging] = async (message, delivery) =>
            {
                await _answered.Task;
                await Note(message, delivery);
            },
        };
        if (apart)
            handlers.Apart.Add(Hanging);
        return handlers;
    }

    OutboxWorker Worker(OutboxHandlers handlers) =>
        new(
            _host.Data,
            handlers,
            _host.Get<Mailer>(),
            _host.Get<Settings>(),
            _host.Get<IClock>(),
            NullLogger<OutboxWorker>.Instance
        );

    OutboxLoop Loop(OutboxHandlers handlers) =>
        new(Worker(handlers), handlers, _host.Data, _host.Get<IClock>(), NullLogger<OutboxLoop>.Instance);
}
