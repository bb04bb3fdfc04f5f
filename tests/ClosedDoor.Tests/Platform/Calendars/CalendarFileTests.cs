using System.Text;
using System.Text.Json;
using ClosedDoor.Platform.Calendars;
using ClosedDoor.Tests.Domain;
using FsCheck.Fluent;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Calendars;

public class CalendarFileTests
{
    static readonly CalendarEvent Appointment = new()
    {
        Uid = "con_01h455vb4pex5vsknk084sn02q@example.com",
        Sequence = 3,
        Stamp = Instant.FromUtc(2026, 3, 2, 1, 0),
        Begins = Instant.FromUtc(2026, 3, 9, 1, 30),
        Ends = Instant.FromUtc(2026, 3, 9, 2, 15),
        Summary = "线上咨询：医疗机构对接闭门会（北京）",
        Description = "第一行\n第二行；含逗号, 分号; 反斜杠\\ 与“引号”\"",
        Location = "线上",
        Url = "https://seats.example.com/consultations/con_01h455vb4pex5vsknk084sn02q",
        Organizer = new("示例主办方, \"ClosedDoor\"", "no-reply@example.com"),
        Attendees = [new("示例联系人", "contact@example.com")],
    };

    [Test]
    public async Task A_request_reads_in_icaljs_as_it_was_written()
    {
        var read = (await IcsJudge.Read(CalendarFile.Of(CalendarMethod.Request, Appointment).Text)).Single();

        Assert.That(read.GetProperty("method").GetString(), Is.EqualTo("REQUEST"));
        Assert.That(read.GetProperty("version").GetString(), Is.EqualTo("2.0"));
        AssertReads(read.GetProperty("events")[0], Appointment, "CONFIRMED");
        Assert.That(
            read.GetProperty("events")[0].GetProperty("attendees")[0].ToString(),
            Is.EqualTo("""{"address":"mailto:contact@example.com","name":"示例联系人"}""")
        );
        Assert.That(
            read.GetProperty("events")[0].GetProperty("organizer").GetProperty("name").GetString(),
            Is.EqualTo(Appointment.Organizer!.Name)
        );
    }

    /// <summary>RFC 5546, 3.2.1: what is published has an organizer and no attendees.</summary>
    [Test]
    public async Task What_is_published_asks_nobody()
    {
        var read = (await IcsJudge.Read(CalendarFile.Of(CalendarMethod.Publish, Appointment).Text)).Single();

        Assert.That(read.GetProperty("method").GetString(), Is.EqualTo("PUBLISH"));
        AssertReads(read.GetProperty("events")[0], Appointment, "CONFIRMED");
        Assert.That(read.GetProperty("events")[0].GetProperty("attendees").GetArrayLength(), Is.Zero);
        Assert.That(
            read.GetProperty("events")[0].GetProperty("organizer").GetProperty("address").GetString(),
            Is.EqualTo("mailto:no-reply@example.com")
        );
    }

    [Test]
    public async Task A_cancellation_says_so_and_keeps_the_uid()
    {
        var file = CalendarFile.Of(CalendarMethod.Cancel, Appointment with { Sequence = 4 });
        var read = (await IcsJudge.Read(file.Text)).Single();

        Assert.That(read.GetProperty("method").GetString(), Is.EqualTo("CANCEL"));
        AssertReads(read.GetProperty("events")[0], Appointment with { Sequence = 4 }, "CANCELLED");
        Assert.That(file.MediaType, Is.EqualTo("text/calendar; method=CANCEL; charset=utf-8"));
    }

    [Test]
    public async Task Whatever_people_write_reads_in_icaljs_as_they_wrote_it()
    {
        var texts = Properties
            .Some(Properties.AnyText.ListOf(), size: 12, count: 60)
            .SelectMany(some => some)
            .Take(300)
            .ToArray();
        Assert.That(texts, Has.Length.GreaterThan(100));

        var read = await IcsJudge.Read([
            .. texts.Select(text =>
                CalendarFile
                    .Of(
                        CalendarMethod.Request,
                        Appointment with
                        {
                            Summary = $"甲{text}乙",
                            Description = $"丙{text}{text}丁",
                            Attendees = [new(text + "某", "contact@example.com")],
                        }
                    )
                    .Text
            ),
        ]);

        for (var i = 0; i < texts.Length; i++)
        {
            var one = read[i].GetProperty("events")[0];
            Assert.That(one.GetProperty("summary").GetString(), Is.EqualTo(Kept($"甲{texts[i]}乙")));
            Assert.That(one.GetProperty("description").GetString(), Is.EqualTo(Kept($"丙{texts[i]}{texts[i]}丁")));
            Assert.That(one.GetProperty("attendees").GetArrayLength(), Is.EqualTo(1));
            Assert.That(
                one.GetProperty("attendees")[0].GetProperty("name").GetString(),
                Is.EqualTo(Kept(texts[i] + "某").Replace("\t", ""))
            );
        }
    }

    [Test]
    public void No_line_is_longer_than_75_octets_and_none_ends_inside_a_character() =>
        Properties.Hold(
            Properties.AnyText.Select(text => text + text + text),
            text =>
            {
                var file = CalendarFile.Of(CalendarMethod.Publish, Appointment with { Summary = text }).Text;
                var lines = file.Split("\r\n");
                return lines[^1].Length == 0
                    && lines.All(line => Encoding.UTF8.GetByteCount(line) <= 75)
                    && lines.All(line => !line.Contains('\n') && !line.Contains('\r'))
                    && lines.All(line => line == Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(line)));
            }
        );

    [Test]
    public void No_text_starts_a_property_of_its_own() =>
        Properties.Hold(
            Properties.AnyText,
            text =>
            {
                var injected = text + "\r\nATTENDEE:mailto:other@example.com\nEND:VEVENT";
                var file = CalendarFile.Of(
                    CalendarMethod.Request,
                    Appointment with
                    {
                        Uid = injected,
                        Summary = injected,
                        Location = injected,
                        Url = injected,
                        Organizer = new(injected, injected),
                        Attendees = [],
                    }
                );
                var names = file
                    .Text.Replace("\r\n ", "", StringComparison.Ordinal)
                    .Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
                    .Select(line => line.Split(':', ';')[0])
                    .ToArray();
                return !names.Contains("ATTENDEE") && names.Count(name => name == "END") == 2;
            }
        );

    [Test]
    public async Task Control_a_line_that_is_not_escaped_is_refused_or_read_otherwise()
    {
        var sound = CalendarFile.Of(CalendarMethod.Request, Appointment).Text;
        await IcsJudge.Read(sound);
        var broken = sound.Replace("STATUS:CONFIRMED", "STA\r\nTUS", StringComparison.Ordinal);
        Assert.That(async () => await IcsJudge.Read(broken), Throws.InstanceOf<AssertionException>());
    }

    static void AssertReads(JsonElement read, CalendarEvent written, string status)
    {
        Assert.Multiple(() =>
        {
            Assert.That(read.GetProperty("uid").GetString(), Is.EqualTo(written.Uid));
            Assert.That(read.GetProperty("sequence").GetInt64(), Is.EqualTo(written.Sequence));
            Assert.That(read.GetProperty("stamp").GetString(), Is.EqualTo("2026-03-02T01:00:00.000Z"));
            Assert.That(read.GetProperty("begins").GetString(), Is.EqualTo("2026-03-09T01:30:00.000Z"));
            Assert.That(read.GetProperty("ends").GetString(), Is.EqualTo("2026-03-09T02:15:00.000Z"));
            Assert.That(read.GetProperty("summary").GetString(), Is.EqualTo(written.Summary));
            Assert.That(read.GetProperty("description").GetString(), Is.EqualTo(written.Description));
            Assert.That(read.GetProperty("location").GetString(), Is.EqualTo(written.Location));
            Assert.That(read.GetProperty("url").GetString(), Is.EqualTo(written.Url));
            Assert.That(read.GetProperty("status").GetString(), Is.EqualTo(status));
        });
    }

    /// <summary>Line ends become one kind, controls go, and half of a surrogate pair is U+FFFD in UTF-8.</summary>
    static string Kept(string text) =>
        Encoding.UTF8.GetString(
            Encoding.UTF8.GetBytes(
                new string([.. text.ReplaceLineEndings("\n").Where(c => !char.IsControl(c) || c is '\n' or '\t')])
            )
        );
}
