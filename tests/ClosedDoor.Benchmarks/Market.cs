using ClosedDoor.Domain;
using ClosedDoor.Features.Accounts;
using ClosedDoor.Features.Companies;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using Microsoft.Extensions.Configuration;
using NodaTime;

namespace ClosedDoor.Benchmarks;

/// <summary>A database with sessions on sale and vetted, signed-in companies, written by the features' own tables.</summary>
sealed class Market
{
    public required string[] Sessions { get; init; }
    public required (string CompanyId, string AccountId, string Token)[] Companies { get; init; }

    public static Settings SettingsFor(string database) =>
        new(new ConfigurationBuilder().AddInMemoryCollection([new("CLOSEDDOOR_DATABASE", database)]).Build());

    public static async Task<Market> Open(Database db, int sessions, int companies, Instant now)
    {
        var made = new List<(string, string, string)>();
        var ids = new List<string>();
        await db.Write(
            "bench",
            async tx =>
            {
                var round = await tx.Get<long>("SELECT COUNT(*) FROM company");
                for (var i = 0; i < companies; i++)
                    made.Add(await Company(tx, (int)round + i, now));
                return true;
            }
        );
        var plan = SessionPlan
            .From(SessionRequest.Example with { Date = Zones.Today(now).PlusDays(60), SalesCloseAt = null }, now)
            .Value;
        for (var done = 0; done < sessions; done += 500)
        {
            var batch = Math.Min(500, sessions - done);
            await db.Write(
                "bench",
                async tx =>
                {
                    for (var i = 0; i < batch; i++)
                    {
                        // Each in a millisecond of its own, as sessions are: their ids sort in the order of their making.
                        var id = await SessionTable.Add(tx, plan, now + Duration.FromMilliseconds(ids.Count));
                        await SessionTable.Transition(tx, id, SessionStatus.Draft, SessionStatus.Published, now);
                        ids.Add(id);
                    }
                    return true;
                }
            );
        }
        return new() { Sessions = [.. ids], Companies = [.. made] };
    }

    /// <summary>An organizer's token.</summary>
    public static Task<string> Organizer(Database db, Instant now) =>
        db.Write(
            "bench",
            async tx =>
            {
                var account = new AccountTable.Draft(
                    "organizer@example.com",
                    "示例组织者",
                    "no-password",
                    null,
                    Permission.Organize
                );
                var tokens = TokenView.New();
                await SignInTable.Add(tx, (await AccountTable.Add(tx, account, now))!, tokens, now);
                return tokens.AccessToken;
            }
        );

    static async Task<(string, string, string)> Company(Tx tx, int number, Instant now)
    {
        var uscc = SocialCreditCode.Compose($"91110108MA{number:D7}");
        var email = $"company{number}@example.com";
        var companyId = (
            await CompanyTable.Add(tx, new($"示例企业{number}", uscc, "示例联系人", email, "+8613800000000"), now)
        )!;
        var accountId = (
            await AccountTable.Add(tx, new(email, "示例联系人", "no-password", companyId, Permission.None), now)
        )!;
        var tokens = TokenView.New();
        await SignInTable.Add(tx, accountId, tokens, now);
        await tx.Execute(
            """
            INSERT INTO vetting (id, company_id, status, application, valid_through, created_at, version)
            VALUES (@id, @companyId, 'approved', '{}', @through, @now, 1)
            """,
            new
            {
                id = TypeId.New("vet", now),
                companyId,
                through = Zones.Today(now).PlusYears(1),
                now,
            }
        );
        return (companyId, accountId, tokens.AccessToken);
    }
}
