using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform;
using NodaTime;

namespace ClosedDoor.Chaos;

/// <summary>What was written before the schema was migrated: by the previous release, over HTTP.</summary>
sealed record WrittenBefore(string OwnerToken, string Session, string Company, string CompanyEmail);

/// <summary>An instance of the previous release and one of this, on one database: what the one has written, the other reads.</summary>
sealed class TwoReleases(
    string name,
    Instance before,
    Instance after,
    (string Email, string Password) owner,
    Verdict verdict
)
{
    const string Password = "a-long-company-passphrase";

    /// <exception cref="InvalidOperationException">The previous release refuses what it has always taken.</exception>
    public async Task<WrittenBefore> WriteBefore()
    {
        var token = (await SignIn(before, owner.Email, owner.Password))?.Text("accessToken") ?? "";
        var day = Zones
            .Today(Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow()))
            .PlusDays(60)
            .ToString("uuuu-MM-dd", null);
        var session = await Post(
            before,
            "/sessions",
            token,
            new
            {
                title = "医疗机构对接闭门会（北京）",
                city = "北京",
                venue = "示例会议中心",
                date = day,
                startsAt = "09:00",
                endsAt = "17:00",
                focus = new[] { "03" },
                seatCap = 2,
                price = new { amount = Market.Price, currency = "CNY" },
            }
        );
        await Post(before, $"/sessions/{session?.Text("id")}/publish", token, new { });
        const string email = "contact@example.com";
        var company = await Post(
            before,
            "/companies",
            "",
            new
            {
                name = "示例企业一",
                uscc = SocialCreditCode.Compose("91110108MB0000001").Value,
                password = Password,
                contact = new
                {
                    name = "示例联系人",
                    email,
                    phone = "13800000001",
                },
            }
        );
        if (session is not { Status: 201 } || company is not { Status: 201 })
            throw new InvalidOperationException($"{name}: {session?.Body} {company?.Body}");
        return new(token, session.Text("id"), company.Text("id"), email);
    }

    public async Task ReadAfter(WrittenBefore left)
    {
        var session = await Get(after, $"/sessions/{left.Session}", "");
        var company = await Get(after, $"/companies/{left.Company}", left.OwnerToken);
        var member = await SignIn(after, left.CompanyEmail, Password);
        verdict.Check(
            session is { Status: 200 }
                && session.Text("status") == "published"
                && session.Body.GetProperty("seats").GetProperty("available").GetInt64() == 2
                && company is { Status: 200 }
                && company.Text("name") == "示例企业一"
                && member is { Status: 200 },
            $"this release reads what {name} wrote before the migration: a session, a company, a sign-in, a password"
        );
    }

    public async Task ShareSignIns()
    {
        var there = await SignIn(before, owner.Email, owner.Password);
        var here = await SignIn(after, owner.Email, owner.Password);
        verdict.Check(
            there is { Status: 200 }
                && await Get(after, "/me", there.Text("accessToken")) is { Status: 200 }
                && here is { Status: 200 }
                && await Get(before, "/me", here.Text("accessToken")) is { Status: 200 },
            $"a sign-in at {name} works at this one, and one at this at that"
        );
    }

    Task<Answered?> SignIn(Instance at, string email, string password) =>
        Post(at, "/auth/sign-in", "", new { email, password });

    Task<Answered?> Get(Instance at, string path, string token) =>
        at.Asker(verdict).Ask(HttpMethod.Get, path, token, null, null);

    Task<Answered?> Post(Instance at, string path, string token, object body) =>
        at.Asker(verdict).Ask(HttpMethod.Post, path, token, body, null);
}
