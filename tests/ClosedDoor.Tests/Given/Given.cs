using ClosedDoor.Domain;
using ClosedDoor.Features.Accounts;
using ClosedDoor.Features.Companies;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Tests.Given;

/// <summary>
/// Brings about the state in which a test begins. Sessions are made through the API; accounts and vetted companies are
/// written by the features' own tables, because a password hash a company would make every race test wait for minutes.
/// </summary>
public sealed class Given(TestHost host)
{
    static int s_companies;
    static int s_people;

    /// <summary>An organizer who may do everything, signed in.</summary>
    public Task<ApiClient> Owner() => Organizer(Permission.Owner);

    public async Task<ApiClient> Organizer(Permission permissions)
    {
        var email = $"organizer{Interlocked.Increment(ref s_people)}@example.com";
        var accountId = await host.Data.Write(
            "test",
            async tx =>
                (await AccountTable.Add(tx, new(email, "示例主办人", "no-password", null, permissions), host.Time.Now))!
        );
        return await SignedIn(accountId);
    }

    /// <summary>Another program, by a key that this account made.</summary>
    public async Task<ApiClient> Key(ApiClient maker, string scope) =>
        host.As(
            (await maker.Post("/api-keys", new { name = "示例键", scopes = new[] { scope } }))
                .Expect(201)["key"]
                .GetString()!
        );

    public async Task<ApiClient> SignedIn(string accountId)
    {
        var tokens = TokenView.New();
        var signInId = await host.Data.Write("test", tx => SignInTable.Add(tx, accountId, tokens, host.Time.Now));
        // Tests move the clock by hours and weeks; the life of tokens is tested where tokens are.
        await host.Tamper(
            "UPDATE sign_in SET access_expires_at = @never WHERE id = @signInId",
            new { signInId, never = Instant.FromUtc(2100, 1, 1, 0, 0) }
        );
        return host.As(tokens.AccessToken);
    }

    /// <summary>The n-th example code, with its check character computed.</summary>
    public static SocialCreditCode Uscc(int number) => SocialCreditCode.Compose($"91110108MA{number % 10_000_000:D7}");

    /// <summary>A company that has signed up and is not vetted.</summary>
    public async Task<TestCompany> Company()
    {
        var number = Interlocked.Increment(ref s_companies);
        var (companyId, accountId, email) = await host.Data.Write(
            "test",
            async tx =>
            {
                var email = $"company{number}@example.com";
                var id = (
                    await CompanyTable.Add(
                        tx,
                        new($"示例企业{number}", Uscc(number), "示例联系人", email, "+8613800000000"),
                        host.Time.Now
                    )
                )!;
                var account = (
                    await AccountTable.Add(
                        tx,
                        new(email, "示例联系人", "no-password", id, Permission.None),
                        host.Time.Now
                    )
                )!;
                return (id, account, email);
            }
        );
        return new(companyId, accountId, $"示例企业{number}", email, await SignedIn(accountId));
    }

    /// <summary>A company whose vetting holds for a year, or as long as said.</summary>
    public async Task<TestCompany> VettedCompany(LocalDate? validThrough = null, LocalDate? certificateExpiry = null)
    {
        var company = await Company();
        await host.Tamper(
            """
            INSERT INTO vetting (id, company_id, status, application, valid_through, first_certificate_expiry, created_at, version)
            VALUES (@id, @companyId, 'approved', '{}', @validThrough, @certificateExpiry, @now, 1)
            """,
            new
            {
                id = TypeId.New("vet", host.Time.Now),
                companyId = company.Id,
                validThrough = validThrough ?? Zones.Today(host.Time.Now).PlusYears(1),
                certificateExpiry,
                now = host.Time.Now,
            }
        );
        return company;
    }

    public async Task<TestCompany[]> VettedCompanies(int count)
    {
        var companies = new TestCompany[count];
        for (var i = 0; i < count; i++)
            companies[i] = await VettedCompany();
        return companies;
    }

    /// <summary>What <c>POST /sessions</c> takes; the day is four weeks ahead.</summary>
    public object SessionBody(int seatCap = 8, long price = 3_880_000, string admission = "open") =>
        new
        {
            title = "医疗机构对接闭门会（北京）",
            date = Zones.Today(host.Time.Now).PlusWeeks(4),
            startsAt = "09:00",
            endsAt = "17:00",
            city = "北京",
            venue = "示例会场",
            focus = new[] { "03" },
            seatCap,
            price = new { amount = price, currency = "CNY" },
            admission,
        };

    /// <summary>The id of a session on sale.</summary>
    public async Task<string> PublishedSession(int seatCap = 8, long price = 3_880_000, string admission = "open")
    {
        var organizer = await Owner();
        var session = (await organizer.Post("/sessions", SessionBody(seatCap, price, admission))).Expect(201);
        (await organizer.Post($"/sessions/{session.Id}/publish")).Expect(200);
        return session.Id;
    }

    /// <summary>The id of a seat held by the company.</summary>
    public async Task<string> Hold(TestCompany company, string sessionId) =>
        (await company.Api.Post($"/sessions/{sessionId}/reservations")).Expect(201).Id;

    /// <summary>A held seat for which a bank transfer is awaited.</summary>
    public async Task<(string ReservationId, string PaymentId)> AwaitingTransfer(TestCompany company, string sessionId)
    {
        var reservationId = await Hold(company, sessionId);
        var payment = (
            await company.Api.Post($"/reservations/{reservationId}/payments", new { method = "bank_transfer" })
        ).Expect(201);
        return (reservationId, payment.Id);
    }
}

public sealed record TestCompany(string Id, string AccountId, string Name, string Email, ApiClient Api);
