using System.Text.Json;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform;
using ClosedDoor.Tests.Platform.Calendars;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Matchmaking;

/// <summary>Three companies and three guests, for each test; and what their mails and calendars are told.</summary>
public abstract class MeetingMailbox
{
    private protected TestHost _host = null!;
    private protected MatchRoom _room = null!;

    [SetUp]
    public async Task Open()
    {
        _host = await TestHost.Create();
        _room = await MatchRoom.Open(_host, companies: 3, guests: 3);
    }

    [TearDown]
    public async Task Close()
    {
        await Races.Books.AuditIsWhole(_host);
        await _host.DisposeAsync();
    }

    private protected sealed record Entry(
        string To,
        string Method,
        string Uid,
        long Sequence,
        string Begins,
        string Status
    );

    /// <summary>What ical.js reads in the calendar files of the mails, and what RFC 5546 asks of each by its method.</summary>
    private protected static async Task<List<Entry>> Entries(IEnumerable<ReceivedMail> mails)
    {
        var entries = new List<Entry>();
        foreach (var mail in mails)
        foreach (var read in await IcsJudge.Read(mail.Calendars))
        {
            var method = read.GetProperty("method").GetString()!;
            var events = read.GetProperty("events").EnumerateArray().ToList();
            if (method != "PUBLISH")
                Assert.That(events, Has.Count.EqualTo(1), "a request or cancellation speaks of one appointment");
            foreach (var one in events)
            {
                Assert.That(one.GetProperty("organizer").ValueKind, Is.EqualTo(JsonValueKind.Object));
                Assert.That(
                    one.GetProperty("attendees").EnumerateArray().Select(at => at.GetProperty("address").GetString()),
                    Is.EqualTo(method == "PUBLISH" ? [] : new[] { $"mailto:{mail.Headers["To"]}" })
                );
                entries.Add(
                    new(
                        mail.Headers["To"],
                        method,
                        one.GetProperty("uid").GetString()!,
                        one.GetProperty("sequence").GetInt64(),
                        one.GetProperty("begins").GetString()!,
                        one.GetProperty("status").GetString()!
                    )
                );
            }
        }
        return entries;
    }

    /// <summary>A calendar program's side of it: by UID, the highest SEQUENCE counts, and never goes down.</summary>
    private protected static void Follow(Dictionary<(string, string), Entry> calendar, IEnumerable<Entry> entries)
    {
        foreach (var entry in entries)
        {
            if (calendar.TryGetValue((entry.To, entry.Uid), out var known))
            {
                Assert.That(entry.Sequence, Is.GreaterThanOrEqualTo(known.Sequence));
                if (known.Begins != entry.Begins || known.Status != entry.Status)
                    Assert.That(entry.Sequence, Is.GreaterThan(known.Sequence), "what moves people has a new number");
            }
            calendar[(entry.To, entry.Uid)] = entry;
        }
    }

    /// <summary>A while after, with the mails up to then sent.</summary>
    private protected async Task<List<ReceivedMail>> Later()
    {
        var mails = await _room.Mails();
        _host.Time.Advance(Duration.FromMinutes(5));
        return mails;
    }
}
