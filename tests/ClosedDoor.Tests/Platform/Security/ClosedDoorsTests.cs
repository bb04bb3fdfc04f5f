using System.Text.RegularExpressions;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Http;
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
/// give this caller.
/// </summary>
public partial class ClosedDoorsTests : ClosedDoorsStage
{
    sealed record Secret(string Words, Sight Needs, Role? Own = null, bool AtTheDoor = false);

    List<Secret> _secrets = [];
    List<(string Id, string Path)> _reads = [];
    List<(string Id, HttpMethod Method, string Path, object Body)> _writes = [];

    [OneTimeSetUp]
    public void ListEndpoints()
    {
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
