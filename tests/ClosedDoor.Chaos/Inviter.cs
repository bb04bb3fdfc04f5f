using System.Collections.Concurrent;
using System.Globalization;
using ClosedDoor.Domain;

namespace ClosedDoor.Chaos;

/// <summary>An organizer who enters guests and invites them, and remembers what was acknowledged.</summary>
sealed class Inviter(Market market, Caller caller, Random random, string run)
{
    int _steps;

    /// <summary>Every invitation that was acknowledged, and its guest.</summary>
    public ConcurrentDictionary<string, string> Invitations { get; } = new();

    public async Task Run(CancellationToken stop)
    {
        var hospital = await Post(
            "/hospitals",
            new
            {
                name = "示例医院一",
                uscc = SocialCreditCode.Compose("12110108MA0000001").Value,
                level = "tertiary",
                grade = "a",
            }
        );
        if (hospital is not { Status: 201 })
            return;
        while (!stop.IsCancellationRequested)
        {
            var number = _steps.ToString("D8", CultureInfo.InvariantCulture);
            var guest = await Post(
                "/guests",
                new
                {
                    kind = "hospital_director",
                    name = "示例嘉宾",
                    post = "vice_president",
                    title = "chief_physician",
                    specialty = "03",
                    hospitalId = hospital.Text("id"),
                    phone = $"139{number}",
                    email = $"guest{number}@example.com",
                }
            );
            if (guest is { Status: 201 })
                await Invite(guest.Text("id"));
            await Task.Delay(random.Next(50, 400), CancellationToken.None);
        }
    }

    async Task Invite(string guestId)
    {
        var session = market.Sessions[random.Next(market.Sessions.Length)];
        var made = await Post(
            $"/sessions/{session}/invitations",
            new { guestIds = new[] { guestId }, substitutes = random.Next(3) == 0 }
        );
        if (made is { Status: 200 })
            Invitations[made.Body.GetProperty("items")[0].GetProperty("id").GetString()!] = guestId;
    }

    Task<Answered?> Post(string path, object body) =>
        caller.Ask(HttpMethod.Post, path, market.Finance, body, $"{run}-guests-{_steps++}");
}
