using ClosedDoor.Domain;
using ClosedDoor.Features.Accounts;
using ClosedDoor.Features.Companies;
using ClosedDoor.Features.Quorum;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using Microsoft.Extensions.Configuration;
using NodaTime;

namespace ClosedDoor.Chaos;

/// <summary>Sessions on sale, vetted companies and a finance officer, signed in for as long as a run can last, whatever clocks say.</summary>
sealed record Market(string[] Sessions, (string Id, string Token)[] Companies, string Finance)
{
    public const long Price = 3_880_000;

    /// <summary>Places for guests at a session: fewer than are invited, so that they are raced for.</summary>
    const int Hospitals = 2,
        Experts = 8;

    /// <summary>A handle on the run's database beside the instances, for what is made before and looked at after.</summary>
    public static Database Open(string location) => Database.Open(SettingsFor(location));

    public static Settings SettingsFor(string location) =>
        new(new ConfigurationBuilder().AddInMemoryCollection([new("CLOSEDDOOR_DATABASE", location)]).Build());

    public static async Task<Market> Lay(Database database, int sessions, int seats, int companies, Instant now)
    {
        var plan = SessionPlan
            .From(
                SessionRequest.Example with
                {
                    Date = Zones.Today(now).PlusDays(60),
                    SalesCloseAt = null,
                    SeatCap = seats,
                    Price = new(Price, "CNY"),
                },
                now
            )
            .Value;
        return await database.Write(
            "chaos",
            async tx =>
            {
                var ids = new string[sessions];
                for (var i = 0; i < sessions; i++)
                {
                    ids[i] = await SessionTable.Add(tx, plan, now);
                    await SessionTable.Transition(tx, ids[i], SessionStatus.Draft, SessionStatus.Published, now);
                    await QuorumTable.Set(tx, ids[i], Places(now), now);
                }
                var signedUp = new (string, string)[companies];
                for (var i = 0; i < companies; i++)
                    signedUp[i] = await Company(tx, i, now);
                var finance = await Account(tx, "finance@example.com", null, Permission.Owner, now);
                await tx.Execute(
                    "UPDATE sign_in SET access_expires_at = @never",
                    new { never = now + Duration.FromDays(900) }
                );
                return new Market(ids, signedUp, finance);
            }
        );
    }

    static QuorumRow Places(Instant now) =>
        new()
        {
            HospitalsMost = Hospitals,
            ExpertsMost = Experts,
            DeadlineAt = now + Duration.FromDays(50),
        };

    static async Task<(string, string)> Company(Tx tx, int number, Instant now)
    {
        var email = $"company{number}@example.com";
        var uscc = SocialCreditCode.Compose($"91110108MA{number:D7}");
        var id = (
            await CompanyTable.Add(tx, new($"示例企业{number}", uscc, "示例联系人", email, "+8613800000000"), now)
        )!;
        await tx.Execute(
            """
            INSERT INTO vetting (id, company_id, status, application, valid_through, created_at, version)
            VALUES (@vettingId, @id, 'approved', '{}', @through, @now, 1)
            """,
            new
            {
                vettingId = TypeId.New("vet", now),
                id,
                through = Zones.Today(now).PlusYears(1),
                now,
            }
        );
        return (id, await Account(tx, email, id, Permission.None, now));
    }

    static async Task<string> Account(Tx tx, string email, string? companyId, Permission permissions, Instant now)
    {
        var id = (await AccountTable.Add(tx, new(email, "示例联系人", "no-password", companyId, permissions), now))!;
        var tokens = TokenView.New();
        await SignInTable.Add(tx, id, tokens, now);
        return tokens.AccessToken;
    }
}
