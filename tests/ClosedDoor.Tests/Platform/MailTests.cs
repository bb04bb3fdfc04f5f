using System.Net.Mail;
using ClosedDoor.Domain;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Mail;
using Microsoft.Extensions.Configuration;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

public class MailTests
{
    static readonly string[] TwoPeople = ["a@example.com", "b@example.com"];
    static readonly string[] Alternatives = ["text/plain", "text/html"];

    string _folder = null!;

    [SetUp]
    public void Start() => _folder = Directory.CreateTempSubdirectory("closeddoor-mail-").FullName;

    [TearDown]
    public void Stop() => Directory.Delete(_folder, recursive: true);

    Mailer Mailer(params (string Name, string Value)[] settings) => new(SettingsOf(settings));

    Settings SettingsOf(params (string Name, string Value)[] settings) =>
        new(
            new ConfigurationBuilder()
                .AddInMemoryCollection([
                    new("CLOSEDDOOR_DATA", _folder),
                    new("CLOSEDDOOR_MAIL_FROM", "闭门会 <no-reply@example.com>"),
                ])
                .AddInMemoryCollection(settings.Select(one => KeyValuePair.Create(one.Name, (string?)one.Value)))
                .Build()
        );

    static Letter Letter(string value = "示例企业一", params string[] to) =>
        new()
        {
            To = to.Length == 0 ? ["contact@example.com"] : to,
            Subject = new($"席位已暂留：{value}", $"Seat held: {value}"),
            Greeting = new($"{value}，您好：", $"Dear {value},"),
            Says = [new("席位已为贵企业暂留。", "A seat is held for your company.")],
            Facts = [new(new("企业", "Company"), value)],
            Link = "https://example.com/reservations/rsv_1?a=1&b=2",
        };

    string[] Files => Directory.GetFiles(Path.Combine(_folder, "mail"), "*.eml");

    ReceivedMail Only => ReceivedMail.Open(Files.Single());

    [Test]
    public async Task A_mail_that_is_a_file_is_for_the_services_own_user_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("Windows has no such modes.");
            return;
        }
        await Mailer().Send(Letter(), "msg_1");

        Assert.That(File.GetUnixFileMode(Files.Single()), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public async Task Without_a_mail_server_a_mail_is_a_file_in_both_languages_as_text_and_as_html()
    {
        await Mailer().Send(Letter(), "msg_1");

        var name = Path.GetFileNameWithoutExtension(Files.Single());
        Assert.That(name, Does.Match("^msg_1-[0-9a-f]{16}$"));
        var mail = Only;
        Assert.That(mail.Headers["Content-Type"], Does.StartWith("multipart/alternative"));
        Assert.That(mail.Parts.Select(part => part.MediaType), Is.EqualTo(Alternatives));
        Assert.That(mail.Subject, Is.EqualTo("席位已暂留：示例企业一 / Seat held: 示例企业一"));
        Assert.That(mail.Headers["To"], Is.EqualTo("contact@example.com"));
        Assert.That(mail.Headers["From"], Does.Contain("<no-reply@example.com>"));
        Assert.That(mail.Headers["Message-ID"], Is.EqualTo($"<{name}@example.com>"));
        Assert.That(mail.Headers["Auto-Submitted"], Is.EqualTo("auto-generated"));
        foreach (var (_, text) in mail.Parts)
        {
            Assert.That(text, Does.Contain("席位已为贵企业暂留。").And.Contain("A seat is held for your company."));
            Assert.That(
                text.IndexOf("您好", StringComparison.Ordinal),
                Is.LessThan(text.IndexOf("Dear", StringComparison.Ordinal))
            );
        }
        Assert.That(mail.PlainText, Does.Contain("企业：示例企业一").And.Contain("Company: 示例企业一"));
        Assert.That(mail.PlainText, Does.Contain("https://example.com/reservations/rsv_1?a=1&b=2"));
        Assert.That(mail.Html, Does.Contain("href=\"https://example.com/reservations/rsv_1?a=1&amp;b=2\""));
        Assert.That(mail.Raw, Does.Match("^[\\x09\\x0A\\x0D\\x20-\\x7E]*$"), "A mail is plain ASCII on the wire.");
    }

    [Test]
    public async Task A_hostile_company_name_is_shown_and_nothing_else()
    {
        await Mailer().Send(Letter("<script>alert(\"1\")</script>\r\nBcc: victim@example.com\u2028&amp;"), "msg_1");

        var mail = Only;
        Assert.That(mail.Headers.Keys, Does.Not.Contain("Bcc"));
        Assert.That(mail.Headers["To"], Is.EqualTo("contact@example.com"));
        Assert.That(
            mail.Subject,
            Does.StartWith("席位已暂留：<script>alert(\"1\")</script> Bcc: victim@example.com &amp; / Seat held:")
        );
        Assert.That(mail.Html, Does.Not.Contain("<script"));
        Assert.That(mail.Html, Does.Contain("&lt;script&gt;").And.Contain("&amp;amp;"));
        Assert.That(mail.PlainText, Does.Contain("企业：<script>alert(\"1\")</script> Bcc:"));
    }

    [Test]
    public async Task A_very_long_name_leaves_a_subject_that_can_be_read()
    {
        await Mailer().Send(Letter(string.Concat(Enumerable.Repeat("医疗机构对接闭门会", 60))), "msg_1");

        Assert.That(Only.Subject, Has.Length.EqualTo(201).And.EndsWith("…"));
        Assert.That(Only.Raw.Split("\r\n").Max(line => line.Length), Is.LessThanOrEqualTo(998), "RFC 5322, 2.1.1");
    }

    [Test]
    public async Task Everyone_gets_a_mail_of_their_own()
    {
        await Mailer().Send(Letter("示例企业一", TwoPeople), "msg_1");

        Assert.That(Files.Select(file => ReceivedMail.Open(file).Headers["To"]), Is.EquivalentTo(TwoPeople));
    }

    [Test]
    public async Task Sent_again_after_somebody_has_left_a_mail_takes_the_place_of_nobody_elses()
    {
        var mailer = Mailer();
        await mailer.Send(Letter("示例企业一", TwoPeople), "msg_1");

        await mailer.Send(Letter("示例企业一", TwoPeople[1]), "msg_1");

        Assert.That(Files.Select(file => ReceivedMail.Open(file).Headers["To"]), Is.EquivalentTo(TwoPeople));
    }

    [Test]
    public async Task Sent_again_a_mail_replaces_itself_and_nothing_half_written_stays()
    {
        var mailer = Mailer();
        await mailer.Send(Letter("示例企业一"), "msg_1");
        // What a kill in the middle of writing leaves behind.
        var stray = Directory.CreateDirectory(
            Path.Combine(_folder, "mail", $".{Path.GetFileNameWithoutExtension(Files.Single())}")
        );
        await File.WriteAllTextAsync(Path.Combine(stray.FullName, "half.eml"), "Subject: ha");

        await mailer.Send(Letter("示例企业二"), "msg_1");

        Assert.That(Only.Subject, Does.Contain("示例企业二"));
        Assert.That(Directory.GetDirectories(Path.Combine(_folder, "mail")), Is.Empty);
    }

    [Test]
    public async Task With_a_mail_server_the_same_mail_goes_through_it()
    {
        await using var server = new SmtpListener();
        var mailer = Mailer(
            ("CLOSEDDOOR_SMTP_HOST", "127.0.0.1"),
            ("CLOSEDDOOR_SMTP_PORT", $"{server.Port}"),
            ("CLOSEDDOOR_SMTP_STARTTLS", "false")
        );

        await mailer.Send(Letter("示例企业一", TwoPeople), "msg_1");
        await mailer.Send(Letter("示例企业一", "a@example.com"), "msg_1");

        Assert.That(server.Mails.Select(mail => mail.From), Is.All.EqualTo("no-reply@example.com"));
        Assert.That(server.Mails.Select(mail => mail.To.Single()), Is.EqualTo([.. TwoPeople, "a@example.com"]));
        var mails = server.Mails.Select(mail => new ReceivedMail(mail.Data)).ToList();
        Assert.That(mails[0].Subject, Is.EqualTo("席位已暂留：示例企业一 / Seat held: 示例企业一"));
        Assert.That(mails[0].PlainText, Does.Contain("席位已为贵企业暂留。"));
        Assert.That(mails[0].Html, Does.Contain("A seat is held for your company."));
        Assert.That(mails[2].Headers["Message-ID"], Is.EqualTo(mails[0].Headers["Message-ID"]));
        Assert.That(mails[1].Headers["Message-ID"], Is.Not.EqualTo(mails[0].Headers["Message-ID"]));
        Assert.That(Directory.Exists(Path.Combine(_folder, "mail")), Is.False);
    }

    [Test]
    public async Task A_refusal_of_the_mail_server_is_a_failure()
    {
        await using var server = new SmtpListener(toRecipient: "550 5.1.1 no such mailbox");
        var mailer = Mailer(
            ("CLOSEDDOOR_SMTP_HOST", "127.0.0.1"),
            ("CLOSEDDOOR_SMTP_PORT", $"{server.Port}"),
            ("CLOSEDDOOR_SMTP_STARTTLS", "false")
        );

        Assert.That(() => mailer.Send(Letter(), "msg_1"), Throws.InstanceOf<SmtpException>());
    }

    [Test]
    public async Task A_mail_server_without_STARTTLS_gets_no_mail_when_it_is_asked_for()
    {
        await using var server = new SmtpListener();
        var mailer = Mailer(("CLOSEDDOOR_SMTP_HOST", "127.0.0.1"), ("CLOSEDDOOR_SMTP_PORT", $"{server.Port}"));

        Assert.That(() => mailer.Send(Letter(), "msg_1"), Throws.InstanceOf<SmtpException>());
        Assert.That(server.Mails, Is.Empty);
    }

    [Test]
    public void What_is_no_address_or_more_than_one_stops_the_start(
        [Values("CLOSEDDOOR_MAIL_FROM", "CLOSEDDOOR_REPLY_TO")] string setting,
        [Values(
            "nobody",
            "a@example.com, b@example.com",
            "a@example.com; b@example.com",
            "desk@example.com\r\nBcc: all@example.com",
            "desk@exam\nple.com",
            "主办方\r\nBcc: all@example.com <desk@example.com>",
            "主办方\n闭门会 <desk@example.com>",
            "\"主办方\r\n闭门会\" <desk@example.com>"
        )]
            string value
    ) =>
        Assert.That(
            () => Mailer((setting, value)),
            Throws.InstanceOf<InvalidSettingException>().With.Message.Contains(setting)
        );

    [Test]
    public async Task A_mail_asks_for_no_reply_unless_somebody_reads_them()
    {
        await Mailer().Send(Letter(), "msg_1");
        Assert.That(Only.Headers.Keys, Does.Not.Contain("Reply-To"));
        foreach (var (_, text) in Only.Parts)
            Assert.That(text, Does.Contain("请勿直接回复").And.Contain("do not reply"));

        await Mailer(("CLOSEDDOOR_REPLY_TO", "主办方 <desk@example.com>")).Send(Letter(), "msg_1");

        Assert.That(Only.Headers["Reply-To"], Does.EndWith("<desk@example.com>"));
        foreach (var (_, text) in Only.Parts)
            Assert.That(
                text,
                Does.Contain("请直接回复本邮件").And.Contain("To reach us, reply to it").And.Not.Contain("do not reply")
            );
    }

    [Test]
    public async Task Mails_are_spaced_so_that_no_more_than_allowed_go_in_a_second()
    {
        var rate = new MailRate(perSecond: 50);
        var began = System.Diagnostics.Stopwatch.GetTimestamp();

        await Task.WhenAll(Enumerable.Range(0, 11).Select(_ => rate.Wait(CancellationToken.None)));

        // The eleventh goes ten spaces of 20 ms after the first. Timers count in whole milliseconds.
        Assert.That(System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalMilliseconds, Is.GreaterThan(190));
    }

    [Test]
    public void Times_are_said_in_Beijings_time()
    {
        var at = Instant.FromUtc(2026, 3, 1, 10, 0);

        Assert.That(
            Wording.At(at),
            Is.EqualTo(new Text("2026年3月1日 18:00（北京时间）", "1 March 2026, 18:00 (Beijing time)"))
        );
    }

    [Test]
    public void A_deadline_at_the_end_of_a_day_is_said_as_that_day()
    {
        var endOfDay = Zones.EndOf(new LocalDate(2026, 3, 5));

        Assert.That(
            Wording.By(endOfDay),
            Is.EqualTo(new Text("2026年3月5日 24:00（北京时间）", "5 March 2026, 24:00 (Beijing time)"))
        );
    }
}
