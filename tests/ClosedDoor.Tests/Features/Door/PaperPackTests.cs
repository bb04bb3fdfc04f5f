using System.Diagnostics;
using ClosedDoor.Tests.Features.Delegates;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Door;

public class PaperPackTests
{
    TestHost _host = null!;
    ApiClient _organizer = null!;
    TestCompany _company = null!;
    string _session = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _organizer = await _host.Given.Owner();
        _company = await _host.Given.VettedCompany();
        _session = await _host.Given.PublishedSession();
        var seat = await _host.Confirmed(_company, _session);
        await _host.TwoComers(_organizer, _company, seat, _session);
        (
            await _organizer.Put(
                $"/sessions/{_session}/agenda",
                new object[]
                {
                    new
                    {
                        startsAt = "09:20",
                        endsAt = "12:00",
                        title = "一对一洽谈",
                    },
                    new
                    {
                        startsAt = "09:00",
                        endsAt = "09:20",
                        title = "开场致辞",
                        speaker = "示例嘉宾一",
                    },
                }
            )
        ).Expect(200);
    }

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task The_agenda_is_in_order_and_keeps_its_speakers_from_companies()
    {
        var own = (await _company.Api.Get($"/sessions/{_session}/agenda")).Expect(200);
        Assert.That(
            own["items"].EnumerateArray().Select(item => item.GetProperty("title").GetString()),
            Is.EqualTo(["开场致辞", "一对一洽谈"])
        );
        Assert.That(own.Text, Does.Not.Contain("示例嘉宾一"));
        Assert.That((await _organizer.Get($"/sessions/{_session}/agenda")).Text, Does.Contain("示例嘉宾一"));
        (await (await _host.Given.VettedCompany()).Api.Get($"/sessions/{_session}/agenda")).Expect(404, "not_found");
        (
            await _organizer.Put(
                $"/sessions/{_session}/agenda",
                new[]
                {
                    new
                    {
                        startsAt = "12:00",
                        endsAt = "09:00",
                        title = "",
                    },
                }
            )
        ).Expect(422, "invalid_fields");
    }

    [Test]
    public async Task The_pack_is_the_organizers_own_stamped_and_logged()
    {
        var pack = (await _organizer.Get($"/sessions/{_session}/paper")).Expect(200);

        Assert.That(pack.MediaType, Is.EqualTo("text/html"));
        Assert.That(pack.Headers["Content-Security-Policy"], Does.Contain("style-src 'sha256-"));
        Assert.That(
            pack.Text,
            Does.Contain("签到表")
                .And.Contain("示例甲")
                .And.Contain("请勿拍摄")
                .And.Contain("打印：acc_")
                .And.Contain("用途：")
        );
        Assert.That(
            await _host.Query<long>("SELECT COUNT(*) FROM audit WHERE action = 'paper.printed'"),
            Is.GreaterThan(0)
        );
        (await _company.Api.Get($"/sessions/{_session}/paper")).Expect(403, "forbidden");
    }

    [Test]
    public async Task A_badge_says_whether_its_bearer_may_be_photographed()
    {
        var session = await _host.Given.PublishedSession();
        var (_, invitation, _) = await _host.AcceptedGuest(_organizer, session);
        (await _organizer.Post($"/sessions/{session}/tickets")).Expect(200);
        Assert.That((await Marks(session)), Is.EqualTo("✕ 请勿拍摄"));

        await _host.Tamper(
            "INSERT INTO consent (id, invitation_id, kind, text_version, text_sha256, given_at) VALUES ('con_photo', @invitation, 'photo', '1', 'hash', 1)",
            new { invitation }
        );
        Assert.That((await Marks(session)), Is.EqualTo("● 同意拍摄"));

        await _host.Tamper("UPDATE consent SET withdrawn_at = 2 WHERE id = 'con_photo'");
        Assert.That((await Marks(session)), Is.EqualTo("✕ 请勿拍摄"));

        // Beside the name stands whose integrity pledge is still to be signed.
        var sheet = $"/sessions/{session}/paper";
        Assert.That((await _organizer.Get(sheet)).Text, Does.Contain("请另签廉洁承诺书"));
        await _host.Tamper(
            "INSERT INTO consent (id, invitation_id, kind, text_version, text_sha256, given_at) VALUES ('con_pledge', @invitation, 'integrity_pledge', '1', 'hash', 1)",
            new { invitation }
        );
        Assert.That((await _organizer.Get(sheet)).Text, Does.Not.Contain("请另签廉洁承诺书"));
    }

    async Task<string> Marks(string session) =>
        (await _organizer.Get($"/sessions/{session}/paper"))
            .Expect(200)
            .Text.Split("<p>")
            .Select(part => part.Split("</p>")[0])
            .Single(text => text.Contains("拍摄"));

    [Test]
    public async Task Chromium_makes_a_PDF_of_it_with_Chinese_text()
    {
        if (!File.Exists("/usr/bin/chromium") || !File.Exists("/usr/bin/pdftotext"))
            NotTried.For("chromium and pdftotext are not installed: apt-get install chromium poppler-utils.");
        var folder = Directory.CreateTempSubdirectory("closeddoor-paper-").FullName;
        try
        {
            var page = Path.Combine(folder, "pack.html");
            await File.WriteAllBytesAsync(page, (await _organizer.Get($"/sessions/{_session}/paper")).Expect(200).Body);
            var pdf = Path.Combine(folder, "pack.pdf");
            await Run(
                "/usr/bin/chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                $"--user-data-dir={folder}/profile",
                "--no-pdf-header-footer",
                $"--print-to-pdf={pdf}",
                $"file://{page}"
            );
            var text = await Run("/usr/bin/pdftotext", "-layout", pdf, "-");

            foreach (var words in new[] { "议程", "开场致辞", "签到表", "示例甲", _company.Name, "请勿拍摄" })
                Assert.That(text, Does.Contain(words));
            Assert.That(text.Count(c => c == '\f'), Is.GreaterThanOrEqualTo(4), "Each sheet begins a page.");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task<string> Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync(limit.Token);
        Assert.That(process.ExitCode, Is.Zero, await errors);
        return output;
    }
}
