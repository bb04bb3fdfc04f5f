using System.Globalization;
using System.IO.Compression;
using System.Reflection;
using System.Text;
using System.Xml.Linq;
using ClosedDoor.Features.Matchmaking;
using ClosedDoor.Tests.Given;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Matchmaking;

/// <summary>What a spreadsheet program makes of the area's exports when people have written formulas wherever they can (CWE-1236).</summary>
public class OutcomeReportTests
{
    TestHost _host = null!;
    MatchRoom _room = null!;

    [OneTimeSetUp]
    public async Task Meet()
    {
        _host = await TestHost.Create();
        _room = await MatchRoom.Open(_host, companies: 1, guests: 1);
        await _room.Publish(await _room.Draft());
        _room.AfterTheDay();
        await _room.Attendance();
        var outcome = $"/meetings/{(await _room.Meetings())[0].Id}/outcomes";
        var intention = new
        {
            stage = "intention",
            model = "research_project",
            note = "=1+1",
        };
        (await _room.Companies[0].Company.Api.Post(outcome, intention)).Expect(200);
        (await _room.Guests[0].Api.Post($"{outcome}/intention/confirm")).Expect(200);
    }

    [OneTimeTearDown]
    public async Task Close() => await _host.DisposeAsync();

    [Test]
    public void The_area_has_no_other_export() =>
        Assert.That(
            _host
                .Get<EndpointDataSource>()
                .Endpoints.OfType<RouteEndpoint>()
                .Where(one =>
                    one.Metadata.GetMetadata<MethodInfo>()?.DeclaringType?.Namespace == typeof(ReportOutcomes).Namespace
                    && one.Metadata.OfType<IProducesResponseTypeMetadata>()
                        .Any(answer => answer.ContentTypes.Contains("text/csv"))
                )
                .Select(one => one.RoutePattern.RawText),
            Is.EqualTo(new[] { "/api/v1/sessions/{sessionId}/outcomes/export" })
        );

    [TestCase("=HYPERLINK(\"http://example.com\",\"x\")")]
    [TestCase("+1+1")]
    [TestCase("-1+1")]
    [TestCase("@SUM(1,1)")]
    [TestCase("\t=1+1")]
    [TestCase("\r=1+1")]
    [TestCase("＝1+1")]
    public async Task No_cell_of_an_export_begins_a_formula(string attack)
    {
        foreach (
            var place in new[] { "account SET name", "company SET name", "session SET title", "guest SET specialty" }
        )
            await _host.Tamper($"UPDATE {place} = @attack", new { attack });

        var csv = await Export("csv", attack);
        var xlsx = await Export("xlsx", attack);

        var cells = Cells(csv.Text).ToList();
        Assert.That(cells, Has.Some.Contains(attack.Trim()), "the attack is in the file");
        Assert.That(cells.Where(Runs), Is.Empty);
        var sheet = Sheet(xlsx.Body);
        Assert.That(sheet.Descendants().Where(one => one.Name.LocalName == "f"), Is.Empty);
        Assert.That(
            sheet
                .Descendants()
                .Where(one => one.Name.LocalName == "c" && one.Value.Contains(attack.Trim()))
                .Select(one => one.Attribute("t")?.Value),
            Is.Not.Empty.And.All.EqualTo("inlineStr")
        );
    }

    async Task<Reply> Export(string format, string reason) =>
        (
            await _room.Organizer.Get(
                $"/sessions/{_room.SessionId}/outcomes/export?format={format}&reason={Uri.EscapeDataString(reason.Trim())}"
            )
        ).Expect(200);

    [Test]
    public void Control_an_unguarded_cell_is_found() =>
        Assert.That(Cells("a,=1\r\n\"\t+1\",'-1\r\n-1,b").Where(Runs), Is.EqualTo(new[] { "=1", "\t+1" }));

    static bool Runs(string cell) =>
        cell.Length > 0
        && "=+-@\t\r\n＝＋－＠".Contains(cell[0])
        && !decimal.TryParse(cell, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, null, out _);

    /// <summary>The cells of a CSV by RFC 4180, quotes taken off.</summary>
    static IEnumerable<string> Cells(string csv)
    {
        var (cell, quoted) = (new StringBuilder(), false);
        for (var i = csv.StartsWith('\uFEFF') ? 1 : 0; i < csv.Length; i++)
            if (csv[i] == '"' && quoted && i + 1 < csv.Length && csv[i + 1] == '"')
                cell.Append(csv[++i]);
            else if (csv[i] == '"')
                quoted = !quoted;
            else if (!quoted && (csv[i] is ',' or '\n'))
            {
                yield return cell.ToString();
                cell.Clear();
            }
            else if (quoted || csv[i] != '\r')
                cell.Append(csv[i]);
        yield return cell.ToString();
    }

    static XDocument Sheet(byte[] xlsx)
    {
        using var zip = new ZipArchive(new MemoryStream(xlsx));
        using var sheet = zip
            .Entries.Single(one => one.FullName.StartsWith("xl/worksheets/", StringComparison.Ordinal))
            .Open();
        return XDocument.Load(sheet);
    }
}
