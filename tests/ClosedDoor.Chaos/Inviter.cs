using System.Collections.Concurrent;
using System.Globalization;
using ClosedDoor.Domain;

namespace ClosedDoor.Chaos;

/// <summary>
/// An organizer who enters guests and invites more of them than there are places for, the guests who answer by their
/// links, and the door that lets in who accepted. It has one request under way at a time, so what it was told last of an
/// invitation is how that invitation stands.
/// </summary>
sealed class Inviter(Market market, int number, Asker asker, Random random, string run)
{
    readonly Door _door = new(market, number, asker, random, run);
    readonly List<(string Invitation, string Session, string Link)> _coming = [];
    int _steps;

    /// <summary>Every invitation that was acknowledged, and its guest.</summary>
    public ConcurrentDictionary<string, string> Invitations { get; } = new();

    /// <summary>By invitation, the guest's answer that was acknowledged last.</summary>
    public ConcurrentDictionary<string, string> Answers { get; } = new();

    /// <summary>By nonce, the ticket that was acknowledged to have been scanned.</summary>
    public ConcurrentDictionary<string, string> Scans => _door.Scans;

    public async Task Run(CancellationToken stop)
    {
        var hospital = await Post(
            "/hospitals",
            new
            {
                name = $"示例医院{number}",
                uscc = SocialCreditCode.Compose($"12110108MA{number:D7}").Value,
                level = "tertiary",
                grade = "a",
            }
        );
        if (hospital is not { Status: 201 })
            return;
        while (!stop.IsCancellationRequested)
        {
            var guest = await Post("/guests", Person(hospital.Text("id")));
            if (guest is { Status: 201 })
                await Invite(guest.Text("id"));
            if (_coming.Count > 0 && random.Next(3) == 0)
                await OneOfOlderDeclines();
            await Task.Delay(random.Next(10, 150), CancellationToken.None);
        }
    }

    object Person(string hospitalId)
    {
        var director = random.Next(2) == 0;
        var unique = $"{number % 10}{_steps.ToString("D7", CultureInfo.InvariantCulture)}";
        return new
        {
            kind = director ? "hospital_director" : "research_expert",
            name = "示例嘉宾",
            post = director ? "vice_president" : null,
            title = "chief_physician",
            specialty = "03",
            unit = director ? null : "示例单位",
            hospitalId = director ? hospitalId : null,
            phone = $"139{unique}",
            email = $"guest{unique}@example.com",
        };
    }

    async Task Invite(string guestId)
    {
        var session = market.Sessions[random.Next(market.Sessions.Length)];
        var made = await Post(
            $"/sessions/{session}/invitations",
            new { guestIds = new[] { guestId }, substitutes = random.Next(3) == 0 }
        );
        if (made is not { Status: 200 })
            return; // The list is full, as it is meant to be.
        var invitation = made.Body.GetProperty("items")[0].GetProperty("id").GetString()!;
        Invitations[invitation] = guestId;
        if (await Link(invitation) is { } link)
            await Answer(invitation, session, link);
    }

    /// <returns>Null for who stands by, and when the answer was lost: a repetition tells no link.</returns>
    async Task<string?> Link(string invitation)
    {
        var issued = await Post($"/invitations/{invitation}/links", new { });
        return issued is { Status: 200 } && issued.Body.TryGetProperty("token", out var token)
            ? token.GetString()
            : null;
    }

    async Task Answer(string invitation, string session, string link)
    {
        if (random.Next(4) == 0)
            return; // Thinks about it, and keeps the place.
        var accepts = random.Next(4) > 0;
        var answered = await Post($"/invitation/{(accepts ? "accept" : "decline")}", new { }, link);
        if (answered is not { Status: 200 })
            return;
        Answers[invitation] = accepts ? "accepted" : "declined";
        if (!accepts)
            return;
        if (random.Next(2) == 0)
            _coming.Add((invitation, session, link));
        else
            await _door.LetIn(session, link);
    }

    async Task OneOfOlderDeclines()
    {
        var at = random.Next(_coming.Count);
        var (invitation, _, link) = _coming[at];
        _coming.RemoveAt(at);
        if (await Post("/invitation/decline", new { note = "行程冲突" }, link) is { Status: 200 })
            Answers[invitation] = "declined";
    }

    Task<Answered?> Post(string path, object body, string? token = null) =>
        asker.Ask(HttpMethod.Post, path, token ?? market.Finance, body, $"{run}-guests-{number}-{_steps++}");
}
