using System.Text.Json;
using System.Text.RegularExpressions;
using ClosedDoor.Domain;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Http;

/// <summary>
/// What is under a thing that there is not, is not there either: no list is empty for the want of what it belongs to. Walks
/// every GET of the OpenAPI document that names something in its path.
/// </summary>
public partial class UnknownThingsTests
{
    TestHost _host = null!;
    ApiClient _owner = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _owner = await _host.Given.Owner();
    }

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task Nothing_is_found_under_what_there_is_not()
    {
        var document = JsonDocument.Parse(await _host.Client.GetStringAsync("/openapi/v1.json")).RootElement;
        var (walked, found) = (0, new List<string>());
        foreach (var path in document.GetProperty("paths").EnumerateObject().Where(Names))
        {
            var reply = await _owner.Get(
                Unknown().Replace(path.Name["/api/v1".Length..], UnknownId) + "?format=csv&reason=x"
            );
            // Some are a guest's or a device's alone: an owner may not know that there could be any.
            if (reply.Status == 403)
                continue;
            walked++;
            var says = path.Value.GetProperty("get").GetProperty("responses").TryGetProperty("404", out _);
            if (reply.Status != 404 || !says)
                found.Add($"{path.Name}: {reply.Status}{(says ? "" : ", and the document says nothing of 404")}");
        }
        Assert.That(found, Is.Empty);
        Assert.That(walked, Is.GreaterThan(60));

        static bool Names(JsonProperty path) =>
            path.Name.Contains('{', StringComparison.Ordinal) && path.Value.TryGetProperty("get", out _);
    }

    string UnknownId(Match _) => TypeId.New("ses", _host.Time.Now);

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.None, 1000)]
    private static partial Regex Unknown();
}
