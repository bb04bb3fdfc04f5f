using System.Text.Json;
using ClosedDoor.Features.Matchmaking;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Outbox;
using ClosedDoor.Tests.Features.Guests;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform;
using NodaTime;

namespace ClosedDoor.Tests.Features.Matchmaking;

/// <summary>A session with paid seats and guests who come and have declared that nothing stands in the way.</summary>
sealed class MatchRoom
{
    public required TestHost Host { get; init; }
    public required ApiClient Organizer { get; init; }
    public required string SessionId { get; init; }
    public required IReadOnlyList<(TestCompany Company, string ReservationId)> Companies { get; init; }
    public required IReadOnlyList<(string InvitationId, ApiClient Api)> Guests { get; init; }

    /// <summary>When the day begins.</summary>
    public Instant Begins => Host.Time.Now - Elapsed + Ahead;

    Duration Elapsed => Host.Time.Now - _made;
    Duration Ahead { get; init; }
    Instant _made;

    public static async Task<MatchRoom> Open(TestHost host, int companies, int guests)
    {
        var organizer = await host.Given.Owner();
        var sessionId = await host.Given.PublishedSession();
        var seats = new List<(TestCompany, string)>();
        for (var i = 0; i < companies; i++)
        {
            var company = await host.Given.VettedCompany();
            var (reservationId, paymentId) = await host.Given.AwaitingTransfer(company, sessionId);
            (
                await organizer.Post(
                    $"/payments/{paymentId}/receive",
                    new
                    {
                        bankSerial = $"S{company.Id[^12..]}",
                        amount = new { amount = 3_880_000, currency = "CNY" },
                        payerName = company.Name,
                        payerAccount = "110000000000000009",
                        receivedOn = ClosedDoor.Domain.Zones.Today(host.Time.Now),
                    }
                )
            ).Expect(200);
            seats.Add((company, reservationId));
        }
        var come = new List<(string, ApiClient)>();
        for (var i = 0; i < guests; i++)
        {
            var guestId = await organizer.Director();
            var invitation = await organizer.Invite(sessionId, guestId);
            var guest = await host.GuestOf(organizer, invitation);
            (await guest.Post("/invitation/accept")).Expect(200);
            foreach (var (company, _) in seats)
                await host.Tamper(
                    """
                    INSERT INTO conflict_declaration (guest_id, company_id, declared_by, kinds, declared_at)
                    VALUES (@guestId, @Id, 'guest', '', @now)
                    """,
                    new
                    {
                        guestId,
                        company.Id,
                        now = host.Time.Now,
                    }
                );
            come.Add((invitation, guest));
        }
        var begins = await host.Query<long>("SELECT begins_at FROM session WHERE id = @sessionId", new { sessionId });
        return new()
        {
            Host = host,
            Organizer = organizer,
            SessionId = sessionId,
            Companies = seats,
            Guests = come,
            _made = host.Time.Now,
            Ahead = Instant.FromUnixTimeMilliseconds(begins) - host.Time.Now,
        };
    }

    public async Task<Reply> Draft(object? request = null) =>
        (await Organizer.Post($"/sessions/{SessionId}/timetables", request)).Expect(201);

    public async Task<Reply> Publish(Reply draft)
    {
        (await Organizer.Post($"/timetables/{draft.Id}/review")).Expect(200);
        return (await Organizer.Post($"/timetables/{draft.Id}/publish")).Expect(200);
    }

    /// <summary>A first timetable, whose mails everybody got some minutes ago.</summary>
    public async Task HavePublished()
    {
        await Publish(await Draft());
        await Mails();
        Host.Time.Advance(Duration.FromMinutes(5));
    }

    /// <summary>As the organizer sees them.</summary>
    public async Task<IReadOnlyList<MeetingView>> Meetings() =>
        (await Organizer.Get($"/sessions/{SessionId}/meetings"))
            .Expect(200)
            .Json.Deserialize<MeetingsView>(Json.Options)!
            .Meetings;

    /// <summary>Meetings of 20 minutes at four tables, without a break.</summary>
    /// <param name="credit">For each missing meeting, in fen.</param>
    public async Task Promise(int guarantee, long credit) =>
        (
            await Organizer.Put(
                $"/sessions/{SessionId}/matchmaking",
                new
                {
                    slotMinutes = 20,
                    gapMinutes = 5,
                    tables = 4,
                    guarantee,
                    credit = new { amount = credit, currency = "CNY" },
                }
            )
        ).Expect(200);

    public Task<Reply> Presence(object presence) => Organizer.Post($"/sessions/{SessionId}/presence", presence);

    public void AfterTheDay() => Host.Time.Advance(Begins + Duration.FromHours(12) - Host.Time.Now);

    /// <summary>The organizer says who came to each meeting; left out, both did.</summary>
    public async Task Attendance(Func<MeetingView, (bool Company, bool Guest)>? who = null)
    {
        foreach (var meeting in await Meetings())
        {
            var (company, guest) = who?.Invoke(meeting) ?? (true, true);
            (await Organizer.Post($"/meetings/{meeting.Id}/attendance", new { company, guest })).Expect(200);
        }
    }

    public Task<Reply> Credits() => Organizer.Post($"/sessions/{SessionId}/meeting-credits");

    /// <summary>The mails that the outbox brings now; what is due in months stays in it.</summary>
    public async Task<List<ReceivedMail>> Mails()
    {
        if (Directory.Exists(Host.MailFolder))
            Directory.Delete(Host.MailFolder, recursive: true);
        await Host.Get<OutboxWorker>().RunOnce(Host.Time.Now);
        return Directory.Exists(Host.MailFolder)
            ? [.. Directory.GetFiles(Host.MailFolder).Order(StringComparer.Ordinal).Select(ReceivedMail.Open)]
            : [];
    }
}
