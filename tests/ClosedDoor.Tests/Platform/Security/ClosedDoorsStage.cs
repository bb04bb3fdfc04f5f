using ClosedDoor.Domain;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Delegates;
using ClosedDoor.Tests.Features.Door;
using ClosedDoor.Tests.Features.Guests;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using Microsoft.AspNetCore.Routing;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Security;

/// <summary>
/// A session in every state, with guests of every kind of secret and everyone who might look at them. Each secret has words
/// of its own, so that it is found wherever it turns up.
/// </summary>
public abstract class ClosedDoorsStage
{
    public enum Role
    {
        Anonymous,
        UnvettedCompany,
        VettedCompany,
        ConfirmedCompany,
        OtherConfirmedCompany,
        Guest,
        GuestWhoDeclined,
        GuestOfAnotherSession,
        DoorKey,
        Device,
        DeviceOfAnotherSession,
    }

    private protected const string Venue = "密会场址八号";
    private protected const string File = "机密材料甲";
    private protected const string Profile = "给嘉宾看的产品";

    private protected TestHost _host = null!;
    private protected ApiClient _organizer = null!;
    private protected TestCompany _confirmed = null!;
    private protected TestCompany _other = null!;
    private protected readonly Dictionary<SessionStatus, Scene> _scenes = [];
    private protected readonly Dictionary<Role, ApiClient> _companies = [];

    private protected sealed record Scene(
        string SessionId,
        Dictionary<Role, ApiClient> Guests,
        Dictionary<string, string> Ids
    );

    [OneTimeSetUp]
    public async Task SetTheStage()
    {
        _host = await TestHost.Create();
        _organizer = await _host.Given.Owner();
        _confirmed = await _host.Given.VettedCompany();
        _other = await _host.Given.VettedCompany();
        await _host.Tamper(
            "UPDATE vetting SET application = @application WHERE company_id = @Id",
            new { application = $$"""{"technology":"{{File}}"}""", _confirmed.Id }
        );
        (
            await _confirmed.Api.Put(
                $"/companies/{_confirmed.Id}/profile",
                new
                {
                    summary = "示例简介",
                    products = new[] { new { name = Profile, function = "示例功能" } },
                    focus = new[] { "03" },
                }
            )
        ).Expect(200);
        _companies[Role.Anonymous] = _host.Anonymous;
        _companies[Role.UnvettedCompany] = (await _host.Given.Company()).Api;
        _companies[Role.VettedCompany] = (await _host.Given.VettedCompany()).Api;
        _companies[Role.ConfirmedCompany] = _confirmed.Api;
        _companies[Role.OtherConfirmedCompany] = _other.Api;
        _companies[Role.DoorKey] = _host.As(
            (await _organizer.Post("/api-keys", new { name = "门口", scopes = new[] { "door" } }))
                .Expect(201)["key"]
                .GetString()!
        );
        foreach (var status in Enum.GetValues<SessionStatus>())
            _scenes[status] = await Stage(status);
    }

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    /// <summary>A session in this state with guests of every kind of secret, and, where it can have them, companies that come.</summary>
    async Task<Scene> Stage(SessionStatus status)
    {
        var session = (await _organizer.Post("/sessions", Body())).Expect(201).Id;
        var guests = new Dictionary<Role, ApiClient>();
        var consenting = await Coming(session, "hospital_director", "同意主任", naming: true);
        await Coming(session, "hospital_director", "未同意主任", naming: false);
        await Coming(session, "research_expert", "同意专家", naming: true);
        var released = await Coming(session, "health_commission_official", "公开官员", naming: true);
        await Coming(session, "health_commission_official", "未公开官员", naming: true);
        var without = await Coming(session, "health_commission_official", "公开未同意官员", naming: false);
        foreach (var one in new[] { released, without })
            (await _organizer.Put($"/invitations/{one.Id}/release", new { released = true })).Expect(200);
        guests[Role.Guest] = consenting.Api;
        var declined = await _organizer.Invite(session, await _organizer.Director());
        guests[Role.GuestWhoDeclined] = await _host.GuestOf(_organizer, declined);
        (await guests[Role.GuestWhoDeclined].Post("/invitation/decline")).Expect(200);
        var elsewhere = await _host.Given.PublishedSession();
        guests[Role.GuestOfAnotherSession] = await _host.GuestOf(
            _organizer,
            await _organizer.Invite(elsewhere, await _organizer.Expert())
        );

        var ids = new Dictionary<string, string>
        {
            ["sessionId"] = session,
            ["companyId"] = _confirmed.Id,
            ["invitationId"] = consenting.Id,
            ["guestId"] = consenting.GuestId,
            ["hospitalId"] = consenting.HospitalId!,
            ["vettingId"] = await _host.Query<string>(
                "SELECT id FROM vetting WHERE company_id = @Id",
                new { _confirmed.Id }
            ),
        };
        if (status is not SessionStatus.Draft)
        {
            (await _organizer.Post($"/sessions/{session}/publish")).Expect(200);
            (ids["reservationId"], ids["paymentId"]) = await Confirmed(_confirmed, session);
            await Confirmed(_other, session);
        }
        guests[Role.Device] = await _host.Device(_organizer, session);
        guests[Role.DeviceOfAnotherSession] = await _host.Device(_organizer, elsewhere);
        if (status is not SessionStatus.Draft)
        {
            // Everyone who comes has a ticket, and one guest and one delegate are in.
            var delegates = await _host.Query<string>(
                "SELECT MIN(id) FROM delegate WHERE reservation_id = @id",
                new { id = ids["reservationId"] }
            );
            await _host.Ready(_organizer, delegates);
            (await _organizer.Post($"/sessions/{session}/tickets")).Expect(200);
            var person = await _host.DelegateOf(_organizer, delegates);
            foreach (var ticket in new[] { await consenting.Api.Ticket(), await person.Ticket() })
                Assert.That((await guests[Role.Device].Scan(ticket, ticket[^9..])).Result(), Is.EqualTo("admitted"));
        }
        if (status is SessionStatus.Closed or SessionStatus.Completed)
            (await _organizer.Post($"/sessions/{session}/close")).Expect(200);
        // Completed after it has begun; for everybody else of this host the day is still to come.
        if (status is SessionStatus.Completed)
            await _host.Tamper(
                "UPDATE session SET begins_at = @Now WHERE id = @session",
                new { _host.Time.Now, session }
            );
        if (status is SessionStatus.Completed)
            (await _organizer.Post($"/sessions/{session}/complete")).Expect(200);
        if (status is SessionStatus.Cancelled)
            (await _organizer.Post($"/sessions/{session}/cancel")).Expect(200);
        return new(session, guests, ids);
    }

    private protected object Body() =>
        new
        {
            title = "医疗机构对接闭门会（北京）",
            date = Zones.Today(_host.Time.Now).PlusWeeks(4),
            startsAt = "09:00",
            endsAt = "17:00",
            city = "北京",
            venue = Venue,
            focus = new[] { "03" },
            price = new { amount = 3_880_000, currency = "CNY" },
        };

    private protected async Task<(string ReservationId, string PaymentId)> Confirmed(
        TestCompany company,
        string session
    )
    {
        var (reservation, payment) = await _host.Given.AwaitingTransfer(company, session);
        (
            await _organizer.Post(
                $"/payments/{payment}/receive",
                new
                {
                    bankSerial = Moves.NewSerial(),
                    amount = new { amount = 3_880_000, currency = "CNY" },
                    payerName = company.Name,
                    receivedOn = "2026-03-02",
                }
            )
        ).Expect(200);
        (await company.Api.NameDelegates(reservation, $"代{company.Name[^1]}")).Expect(200);
        return (reservation, payment);
    }

    static int s_people;

    private protected async Task<(string Id, string GuestId, string? HospitalId, ApiClient Api)> Coming(
        string session,
        string kind,
        string name,
        bool naming
    )
    {
        var number = Interlocked.Increment(ref s_people);
        var hospital = kind == "hospital_director" ? (await _organizer.Hospital()).Id : null;
        var guest = (
            await _organizer.Post(
                "/guests",
                new
                {
                    kind,
                    name,
                    post = hospital is null ? null : "president",
                    specialty = "03",
                    unit = $"{name}的单位",
                    hospitalId = hospital,
                    phone = $"1366666{number:D4}",
                    email = $"secret{number}@guest.example.com",
                }
            )
        ).Expect(201).Id;
        var invitation = await _organizer.Invite(session, guest);
        var api = await _host.GuestOf(_organizer, invitation);
        (await api.Post("/invitation/accept")).Expect(200);
        if (naming)
            (await api.Agree(ConsentKind.Naming)).Expect(200);
        if (kind == "health_commission_official")
            (await _organizer.FileApproval(invitation)).Expect(200);
        return (invitation, guest, hospital, api);
    }
}
