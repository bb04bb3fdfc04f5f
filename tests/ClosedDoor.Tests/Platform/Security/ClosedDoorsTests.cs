using System.Text.RegularExpressions;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Delegates;
using ClosedDoor.Tests.Features.Door;
using ClosedDoor.Tests.Features.Guests;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Security;

/// <summary>
/// Every endpoint, called as everyone, in every state of a session: what comes back holds nothing that the table does not
/// give this caller. Each secret has words of its own, so that it is found wherever it turns up.
/// </summary>
public partial class ClosedDoorsTests
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

    const string Venue = "密会场址八号";
    const string File = "机密材料甲";
    const string Profile = "给嘉宾看的产品";

    TestHost _host = null!;
    ApiClient _organizer = null!;
    TestCompany _confirmed = null!;
    TestCompany _other = null!;
    readonly Dictionary<SessionStatus, Scene> _scenes = [];
    readonly Dictionary<Role, ApiClient> _companies = [];

    sealed record Scene(string SessionId, Dictionary<Role, ApiClient> Guests, Dictionary<string, string> Ids);

    sealed record Secret(string Words, Sight Needs, Role? Own = null, bool AtTheDoor = false);

    List<Secret> _secrets = [];
    List<(string Id, string Path)> _reads = [];
    List<(string Id, HttpMethod Method, string Path, object Body)> _writes = [];

    [OneTimeSetUp]
    public async Task Start()
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
        foreach (
            var endpoint in _host
                .Get<EndpointDataSource>()
                .Endpoints.OfType<RouteEndpoint>()
                .Where(one => one.RoutePattern.RawText?.StartsWith("/api/v1/", StringComparison.Ordinal) == true)
        )
        {
            var id = endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName;
            var path = endpoint.RoutePattern.RawText!;
            var method = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0];
            if (method == "GET")
                _reads.Add((id, path));
            else
                _writes.Add(
                    (
                        id,
                        new HttpMethod(method),
                        path,
                        endpoint.Metadata.GetMetadata<RequestExample>()?.Request ?? new { }
                    )
                );
        }
        // A guest who is erased calls nothing any more.
        _writes = [.. _writes.OrderBy(one => one.Id == "EraseMyData")];
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

    object Body() =>
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

    async Task<(string ReservationId, string PaymentId)> Confirmed(TestCompany company, string session)
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

    async Task<(string Id, string GuestId, string? HospitalId, ApiClient Api)> Coming(
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

    [OneTimeSetUp]
    public void ListSecrets() =>
        _secrets = [
            new(Venue, Sight.Venue),
            new("\"同意主任", Sight.ConsentedNames, Own: Role.Guest, AtTheDoor: true),
            new("同意专家", Sight.ConsentedNames, AtTheDoor: true),
            new("\"公开官员", Sight.ReleasedOfficials, AtTheDoor: true),
            new("\"未公开官员", Sight.GuestList, AtTheDoor: true),
            new("未同意", Sight.GuestList, AtTheDoor: true),
            new("+861366666", Sight.GuestList, Own: Role.Guest),
            new("@guest.example.com", Sight.GuestList, Own: Role.Guest),
            new("三级甲等", Sight.Tiers),
            new(Profile, Sight.Companies, Own: Role.ConfirmedCompany),
        ];

    /// <summary>How the role stands to a session in this state, said once more and by itself.</summary>
    static Viewing As(Role role, SessionStatus status) =>
        role switch
        {
            Role.VettedCompany => Viewing.VettedCompany,
            Role.ConfirmedCompany or Role.OtherConfirmedCompany => status
                is SessionStatus.Draft
                    or SessionStatus.Cancelled
                ? Viewing.VettedCompany
                : Viewing.ConfirmedCompany,
            Role.Guest => Viewing.Guest,
            Role.GuestWhoDeclined => Viewing.FormerGuest,
            Role.Device or Role.DoorKey => Viewing.Door,
            _ => Viewing.Public,
        };

    static IEnumerable<TestCaseData> EveryRoleAndState() =>
        from role in Enum.GetValues<Role>()
        from status in Enum.GetValues<SessionStatus>()
        select new TestCaseData(role, status).SetArgDisplayNames($"{role}", $"{status}");

    [TestCaseSource(nameof(EveryRoleAndState))]
    public async Task Nobody_reads_what_the_table_does_not_give(Role role, SessionStatus status)
    {
        var scene = _scenes[status];
        var api = scene.Guests.TryGetValue(role, out var guest) ? guest : _companies[role];
        var faults = new List<string>();
        foreach (var (id, path) in _reads)
        {
            var reply = await api.Get(Filled(path, scene.Ids));
            if (reply.Status >= 500)
                faults.Add($"{id}: {reply.Status}");
            faults.AddRange(Leaks(id, role, As(role, status), reply.Text).Select(leak => $"{id}: {leak}"));
        }
        Assert.That(faults, Is.Empty);
        Assert.That(_reads, Has.Count.GreaterThan(35));
    }

    /// <summary>What the answer holds and should not.</summary>
    IEnumerable<string> Leaks(string operationId, Role role, Viewing viewing, string answer)
    {
        var sight = Visibility.Of(viewing) & (EndpointSights.Of(operationId) ?? Sight.Nothing);
        // Own session apart: a guest of another session sees that one's venue, which has other words.
        foreach (var secret in _secrets)
            if (
                answer.Contains(secret.Words, StringComparison.Ordinal)
                && !sight.HasFlag(secret.Needs)
                && !(secret.AtTheDoor && sight.HasFlag(Sight.Roster))
                && secret.Own != role
            )
                yield return secret.Words;
        foreach (
            var (owner, company) in new[] { (Role.ConfirmedCompany, _confirmed), (Role.OtherConfirmedCompany, _other) }
        )
        {
            if (role == owner)
                continue;
            if (answer.Contains(company.Email, StringComparison.Ordinal))
                yield return $"the contact of {company.Name}";
            if (
                answer.Contains($"\"{company.Name}\"", StringComparison.Ordinal)
                && (sight & (Sight.Companies | Sight.Roster)) is Sight.Nothing
            )
                yield return $"that {company.Name} comes";
        }
        if (role is not Role.ConfirmedCompany && answer.Contains(File, StringComparison.Ordinal))
            yield return "another company's file";
    }

    [TestCase(Role.Anonymous)]
    [TestCase(Role.UnvettedCompany)]
    [TestCase(Role.GuestOfAnotherSession)]
    [TestCase(Role.DoorKey)]
    [TestCase(Role.DeviceOfAnotherSession)]
    public async Task Nobody_changes_what_is_anothers(Role role)
    {
        var scene = _scenes[SessionStatus.Published];
        var api =
            role is Role.GuestOfAnotherSession or Role.DeviceOfAnotherSession ? scene.Guests[role]
            : role is Role.UnvettedCompany ? (await _host.Given.Company()).Api
            : _companies[role];
        var faults = new List<string>();
        foreach (var (id, method, path, body) in _writes)
        {
            var reply = await api.Send(method, Filled(path, scene.Ids), body);
            if (reply.Status >= 500)
                faults.Add($"{id}: {reply.Status}");
            if (reply.Status < 300 && path.Contains('{') && !IsOwn(id))
                faults.Add($"{id}: {reply.Status} on another's {path}");
            faults.AddRange(
                Leaks(id, role, As(role, SessionStatus.Published), reply.Text).Select(leak => $"{id}: {leak}")
            );
        }
        Assert.That(faults, Is.Empty);

        // What names no other's object, but a session, or a kind of consent of the caller's own; doors are the door key's.
        static bool IsOwn(string id) =>
            id is "WithdrawConsent" or "ReserveSeat" or "JoinWaitlist" or "StartVetting" or "AddDoorDevice";
    }

    [Test]
    public async Task Each_sees_what_the_table_gives()
    {
        var scene = _scenes[SessionStatus.Published];
        async Task<string> Guests(Role role) =>
            (
                await (scene.Guests.TryGetValue(role, out var guest) ? guest : _companies[role]).Get(
                    $"/sessions/{scene.SessionId}/guests"
                )
            )
                .Expect(200)
                .Text;

        Assert.That(await Guests(Role.Anonymous), Does.Contain("\"hospitalDirectors\":2").And.Not.Contain("\"03\""));
        Assert.That(await Guests(Role.VettedCompany), Does.Contain("\"03\"").And.Contain("三级甲等"));
        Assert.That(
            await Guests(Role.ConfirmedCompany),
            Does.Contain("\"同意主任\"")
                .And.Contain("同意主任的单位")
                .And.Contain("同意专家")
                .And.Contain("\"公开官员\"")
                .And.Contain(Venue)
        );
        Assert.That(
            (await scene.Guests[Role.Guest].Get($"/sessions/{scene.SessionId}/companies")).Expect(200).Text,
            Does.Contain(_confirmed.Name)
                .And.Contain(_other.Name)
                .And.Contain(Profile)
                .And.Contain("内科")
                .And.Not.Contain(_confirmed.Email)
                .And.Not.Contain(File)
        );
        (await scene.Guests[Role.GuestWhoDeclined].Get($"/sessions/{scene.SessionId}/companies")).Expect(404);
        (await _host.Anonymous.Get($"/sessions/{_scenes[SessionStatus.Draft].SessionId}/guests")).Expect(404);
    }

    [Test]
    public async Task The_door_reads_who_comes_and_nothing_else_of_them()
    {
        foreach (var status in new[] { SessionStatus.Published, SessionStatus.Closed, SessionStatus.Completed })
        {
            var roster = (await _scenes[status].Guests[Role.Device].Get("/door/roster")).Expect(200).Text;
            Assert.That(roster, Does.Contain("同意主任").And.Contain("未公开官员").And.Contain(_confirmed.Name));
            Assert.That(
                roster,
                Does.Not.Contain(Venue).And.Not.Contain("+861366666").And.Not.Contain("guest.example.com")
            );
            var elsewhere = (await _scenes[status].Guests[Role.DeviceOfAnotherSession].Get("/door/roster")).Expect(200);
            Assert.That(elsewhere["items"].GetArrayLength(), Is.Zero);
        }
    }

    [Test]
    public async Task A_name_goes_with_the_consent_and_comes_back_with_it()
    {
        var session = (await _organizer.Post("/sessions", Body())).Expect(201).Id;
        (await _organizer.Post($"/sessions/{session}/publish")).Expect(200);
        await Confirmed(_confirmed, session);
        var guest = await Coming(session, "research_expert", "可撤回专家", naming: true);
        async Task<string> Shown() => (await _confirmed.Api.Get($"/sessions/{session}/guests")).Expect(200).Text;
        Assert.That(await Shown(), Does.Contain("可撤回专家"));

        (await guest.Api.Delete("/invitation/consents/naming")).Expect(200);
        Assert.That(await Shown(), Does.Not.Contain("可撤回专家").And.Contain("\"experts\":1"));
    }

    [Test]
    public void Control_an_answer_with_too_much_is_found()
    {
        Assert.That(Leaks("ShowSession", Role.Anonymous, Viewing.Public, Venue), Is.EqualTo([Venue]));
        Assert.That(
            Leaks("ShowGuests", Role.VettedCompany, Viewing.VettedCompany, "[\"同意主任\"]"),
            Is.EqualTo(["\"同意主任"])
        );
        Assert.That(
            Leaks("ListVettings", Role.OtherConfirmedCompany, Viewing.ConfirmedCompany, File),
            Is.EqualTo(["another company's file"])
        );
        Assert.That(Leaks("ShowGuests", Role.ConfirmedCompany, Viewing.ConfirmedCompany, Venue), Is.Empty);
    }

    static string Filled(string path, Dictionary<string, string> ids) =>
        Parameter()
            .Replace(
                path,
                match =>
                    ids.TryGetValue(match.Groups["name"].Value, out var id) ? id
                    : match.Groups["name"].Value == "kind" ? "photo"
                    : "obj_01khws5mbcf5rtnyjcg1a9w9j6"
            );

    [GeneratedRegex(@"\{(?<name>\w+)(:[^}]*)?\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Parameter();
}
