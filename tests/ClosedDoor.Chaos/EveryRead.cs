using System.Text.Json;
using System.Text.RegularExpressions;
using ClosedDoor.Platform.Data;

namespace ClosedDoor.Chaos;

/// <summary>
/// Every GET of an instance's own OpenAPI document, as an owner who asks for things that there are where there are any: none
/// may end in a 5xx, as it would when a column that the release reads is gone.
/// </summary>
sealed partial class EveryRead(Database database, Market market, Verdict verdict)
{
    /// <summary>Route parameters, and the tables of the things that they name.</summary>
    static readonly (string Parameter, string Table)[] Things =
    [
        ("sessionId", "session"),
        ("companyId", "company"),
        ("reservationId", "reservation"),
        ("paymentId", "payment"),
        ("vettingId", "vetting"),
        ("guestId", "guest"),
        ("hospitalId", "hospital"),
        ("invitationId", "invitation"),
        ("entryId", "waitlist_entry"),
        ("refundId", "refund"),
    ];

    public async Task At(Instance instance, string name)
    {
        var ids = new Dictionary<string, string?>();
        foreach (var (parameter, table) in Things)
            ids[parameter] = (
                await database.Read(read => read.All<string>($"SELECT id FROM {table} ORDER BY id LIMIT 1"))
            ).FirstOrDefault();
        var document = JsonDocument.Parse(await instance.Patient.GetStringAsync("/openapi/v1.json"));
        var (asked, answered, failed) = (0, 0, new List<string>());
        foreach (var path in document.RootElement.GetProperty("paths").EnumerateObject())
        {
            if (!path.Value.TryGetProperty("get", out _))
                continue;
            var address = Parameter()
                .Replace(path.Name, match => ids.GetValueOrDefault(match.Groups["name"].Value) ?? "none");
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Authorization = new("Bearer", market.Finance);
            using var response = await instance.Patient.SendAsync(request);
            asked++;
            if (response.IsSuccessStatusCode)
                answered++;
            else if ((int)response.StatusCode >= 500)
                failed.Add($"{path.Name}: {(int)response.StatusCode}");
        }
        verdict.Check(
            failed.Count == 0 && answered > 50,
            $"every read of {name} works on this schema ({answered} answers to {asked} reads){string.Concat(failed.Take(5).Select(one => $"; {one}"))}"
        );
    }

    [GeneratedRegex(@"\{(?<name>\w+)\}", RegexOptions.None, 1000)]
    private static partial Regex Parameter();
}
