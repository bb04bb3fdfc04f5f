using System.Text.RegularExpressions;
using ClosedDoor.Tests.Given;
using Microsoft.AspNetCore.Routing;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Security;

/// <summary>Every kind of caller at every endpoint, on one's own and on another's object.</summary>
public partial class AuthorizationMatrixTests
{
    TestHost _host = null!;
    World _world = null!;
    Dictionary<string, ApiClient> _callers = null!;
    readonly Dictionary<Row, string[]> _answers = [];

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _world = await World.Create(_host);
        _callers = [];
        foreach (var (name, signIn) in _world.Callers)
            _callers[name] = await signIn();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _host.DisposeAsync();
        // Not by every run: two may be at work beside each other.
        if (Environment.GetEnvironmentVariable("CLOSEDDOOR_TEST_MATRIX") is { Length: > 0 } file)
            AuthorizationTable.Write(file, [.. _callers.Keys], _answers);
    }

    static IEnumerable<TestCaseData> Cells =>
        AuthorizationMatrix.Rows.Select(row => new TestCaseData(row).SetArgDisplayNames(row.Operation));

    [TestCaseSource(nameof(Cells))]
    public async Task Each_kind_of_caller_gets_what_the_row_says(object cell)
    {
        var row = (Row)cell;
        var (method, path) = (row.Operation.Split(' ')[0], row.Operation.Split(' ')[1]);
        path = Parameter()
            .Replace(
                path,
                match =>
                    _world.Ids.TryGetValue(match.Groups["name"].Value, out var id) ? id
                    : row.Theirs
                        ? throw new AssertionException($"Add a company's object for {match.Value} to {nameof(World)}.")
                    : "none"
            );
        // Else a 404 tells of what the path names, and not of who may ask.
        var exists =
            row.Operation.Contains('{') && !path.Contains("/none") && row is { Absent: false, Who: not Who.Guests };
        var seen = new List<string>();
        var expected = new List<string>();
        var answers = new List<string>();
        foreach (var name in _world.Callers.Keys)
        {
            // Unparked messages and ended sign-ins are of no use to the next caller.
            await _host.Tamper("UPDATE outbox SET parked_at = 1, lease = NULL, lease_until = NULL");
            await _host.Tamper("UPDATE personal_link SET revoked_at = NULL");
            var caller = path == "/auth/sign-out" ? await _world.Callers[name]() : _callers[name];
            // A version that there never was: whoever is let in changes nothing that the next caller needs.
            var reply = await caller.Send(
                HttpMethod.Parse(method),
                path,
                method is "GET" or "DELETE" ? null : row.Body?.Invoke(_world) ?? new { },
                ifMatch: method is "GET" ? null : "\"0\""
            );
            var said = reply.Status == 404 && !exists ? "let in" : InWords(reply);
            seen.Add($"{name}: {said}");
            answers.Add(said == "let in" ? $"**{reply.Status}**" : said);
            expected.Add($"{name}: {Expected(row, name)}");
        }
        _answers[row] = [.. answers];
        Assert.That(seen, Is.EqualTo(expected));
    }

    static string InWords(Reply reply) =>
        (reply.Status, reply.Code) switch
        {
            (401, "unauthenticated") => "401",
            (403, "forbidden") => "403",
            (404, _) => "404",
            (>= 500, _) => reply.ToString(),
            _ => "let in",
        };

    static string Expected(Row row, string caller) =>
        row.Who is Who.Anyone ? "let in"
        : caller == "nobody" ? "401"
        : !LetIn(row.Who, caller) ? "403"
        : row.Theirs && (caller is "other" or "other guest") ? "404"
        : "let in";

    static bool LetIn(Who who, string caller) =>
        who switch
        {
            Who.Known => true,
            Who.SignedIn => IsPerson(caller) || caller is "key",
            Who.People => IsPerson(caller),
            Who.Organizers => IsOrganizer(caller) || caller is "key",
            Who.CompaniesAndOrganize => caller is "own" or "other" or "organize" or "owner" or "key",
            Who.Owners => caller is "owner",
            Who.Organize => caller is "organize" or "owner" or "key",
            Who.Review => caller is "review" or "owner" or "key",
            Who.Guests => IsGuest(caller),
            Who.GuestsAndOrganizers => IsGuest(caller) || IsOrganizer(caller) || caller is "key",
            Who.Meeting => IsGuest(caller) || IsPerson(caller) || caller is "key",
            Who.MeetingAndOrganize => IsGuest(caller) || caller is "own" or "other" or "organize" or "owner" or "key",
            Who.Doorkeepers => caller is "door" or "owner",
            Who.Delegates => caller is "delegate",
            Who.Devices => caller is "device",
            Who.Finance => caller is "finance" or "owner" or "key",
            _ => throw new ArgumentOutOfRangeException(nameof(who)),
        };

    static bool IsOrganizer(string caller) =>
        caller is "look" or "organize" or "review" or "finance" or "door" or "owner";

    static bool IsPerson(string caller) => caller is "own" or "other" || IsOrganizer(caller);

    static bool IsGuest(string caller) => caller is "guest" or "other guest";

    [Test]
    public void Every_new_endpoint_has_its_row()
    {
        HasARowForEach(_host);
        var rows = AuthorizationMatrix.Rows.ToArray();
        TestContext.Out.WriteLine(
            $"{rows.Length} endpoints x {_callers.Count} kinds of caller, {rows.Count(row => row.Theirs)} of them on one's own and on another's object"
        );
    }

    /// <summary>Names the endpoints that lack a row, and the rows that lack an endpoint.</summary>
    public static void HasARowForEach(TestHost host)
    {
        var endpoints = host.Get<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(one => one.RoutePattern.RawText?.StartsWith("/api/v1/", StringComparison.Ordinal) == true)
            .SelectMany(one =>
                one.Metadata.GetMetadata<HttpMethodMetadata>()!
                    .HttpMethods.Where(method => method != "HEAD")
                    .Select(method => $"{method} {one.RoutePattern.RawText!["/api/v1".Length..]}")
            );

        var rows = AuthorizationMatrix.Rows.Select(row => row.Operation).ToArray();
        Assert.That(rows.Except(endpoints), Is.Empty, "rows without their endpoint");
        Assert.That(endpoints.Except(rows), Is.Empty, "endpoints without a row");
    }

    [Test]
    public async Task Lists_show_a_company_nothing_of_another()
    {
        foreach (var row in AuthorizationMatrix.Rows)
        {
            if (!row.Operation.StartsWith("GET ", StringComparison.Ordinal) || row.Operation.Contains('{'))
                continue;
            foreach (var name in new[] { "nobody", "other", "guest", "other guest", "door key" })
            {
                var reply = await _callers[name].Get($"{row.Operation[4..]}?limit=200");
                foreach (var secret in _world.OwnSecrets)
                    Assert.That(reply.Text, Does.Not.Contain(secret), $"{name}: {row.Operation}");
            }
        }
        // Else it would have proved nothing.
        Assert.That((await _callers["own"].Get("/vettings")).Text, Does.Contain(_world.Ids["vettingId"]));
        Assert.That((await _callers["own"].Get("/reservations")).Text, Does.Contain(_world.Ids["reservationId"]));
    }

    [GeneratedRegex(@"\{(?<name>\w+)\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Parameter();
}
