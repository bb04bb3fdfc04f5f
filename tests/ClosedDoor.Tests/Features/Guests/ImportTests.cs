using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Guests;

public class ImportTests : ImportDesk
{
    [Test]
    public async Task Guests_and_their_hospitals_come_in_together()
    {
        var uscc = GuestList.HospitalUscc(800_001).Value;
        var import = await Import(Header + Director(1, uscc) + Director(2, uscc) + Expert(3));

        Assert.That(import["status"].GetString(), Is.EqualTo("done"));
        Assert.That(import["created"].GetInt64(), Is.EqualTo(3));
        Assert.That(import["done"].GetInt64(), Is.EqualTo(3));
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM hospital"), Is.EqualTo(1));
        var guest = (await _organizer.Get("/guests?kind=research_expert"))["items"][0];
        Assert.That(guest.GetProperty("title").GetString(), Is.EqualTo("researcher"));
        Assert.That(guest.GetProperty("phone").GetString(), Is.EqualTo("+8613700000003"));
        Assert.That(
            await _host.Query<long>("SELECT COUNT(*) FROM guest_import WHERE content IS NOT NULL"),
            Is.Zero,
            "the people in the file are not kept beside the register"
        );
    }

    [Test]
    public async Task A_dry_run_says_row_by_row_what_would_happen_and_changes_nothing()
    {
        (
            await _organizer.Post(
                "/guests",
                new
                {
                    kind = "research_expert",
                    name = "示例在册",
                    unit = "示例单位",
                    phone = "13700000009",
                }
            )
        ).Expect(201);
        var import = await Import(
            Header
                + Expert(1)
                + Expert(1).Replace("示例嘉宾1", "示例同号")
                + Expert(9)
                + "专家,,,,,,,,,,,\n"
                + "医院,示例甲某,厅长,,99,,123,nobody,,1,四级,\n",
            dryRun: true
        );

        Assert.That(await Outcomes(import), Is.EqualTo(["would_create", "duplicate", "exists", "invalid", "invalid"]));
        var faults = (await _organizer.Get($"/guest-imports/{import.Id}/rows?outcome=invalid"))["items"][1];
        Assert.That(faults.GetProperty("row").GetInt64(), Is.EqualTo(6));
        Assert.That(
            faults.GetProperty("reasons").EnumerateArray().Select(fault => fault.GetProperty("column").GetString()),
            Is.SupersetOf(new[] { "post", "specialty", "phone", "email", "uscc", "level" })
        );
        Assert.That(await Guests(), Is.EqualTo(1));
    }

    [TestCase("TRUE", true)]
    [TestCase("True", true)]
    [TestCase("FALSE", false)]
    public async Task A_dry_run_is_asked_for_in_capitals_too(string written, bool dry)
    {
        var begun = (await Begin(Experts(1), written, "False")).Expect(201);

        Assert.That(begun["dryRun"].GetBoolean(), Is.EqualTo(dry));
    }

    [Test]
    public async Task What_is_neither_true_nor_false_is_no_run_at_all()
    {
        var refused = (await Begin(Experts(1), "1", "yes")).Expect(422, "invalid_fields");

        Assert.That(
            refused["errors"].EnumerateObject().Select(field => field.Name),
            Is.EquivalentTo(new[] { "dryRun", "allOrNothing" })
        );
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM guest_import"), Is.Zero);
    }

    [Test]
    public async Task Rows_that_cannot_come_in_leave_the_others_alone()
    {
        var import = await Import(Header + Expert(1) + "专家,,,,,,,,,,,\n" + Expert(2));

        Assert.That(await Outcomes(import), Is.EqualTo(["created", "invalid", "created"]));
        Assert.That(await Guests(), Is.EqualTo(2));
    }

    [Test]
    public async Task All_or_nothing_is_nothing_when_one_row_is_bad()
    {
        var uscc = GuestList.HospitalUscc(800_002).Value;
        var import = await Import(Header + Director(1, uscc) + Expert(2) + "专家,,,,,,,,,,,\n", allOrNothing: true);

        Assert.That(import["status"].GetString(), Is.EqualTo("refused"));
        Assert.That(await Outcomes(import), Is.EqualTo(["would_create", "would_create", "invalid"]));
        Assert.That(await Guests(), Is.Zero);
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM hospital"), Is.Zero);

        var whole = await Import(Header + Director(1, uscc) + Expert(2), allOrNothing: true);
        Assert.That(whole["status"].GetString(), Is.EqualTo("done"));
        Assert.That(await Guests(), Is.EqualTo(2));
    }

    [Test]
    public async Task English_headers_and_words_are_read_too()
    {
        var uscc = GuestList.HospitalUscc(800_003).Value;
        var import = await Import(
            "Kind,Name,Post,Title,Specialty,Phone,Hospital,USCC,Level,Grade\n"
                + $"hospital_director,示例嘉宾,vice_president,chief_physician,03,13700000001,示例医院,{uscc},tertiary,a\n"
                + $",,,,,,示例医院乙,{GuestList.HospitalUscc(800_004).Value},三级甲等,\n"
        );

        Assert.That(await Outcomes(import), Is.EqualTo(["created", "hospital_created"]));
    }

    [Test]
    public async Task What_is_exported_comes_in_again_and_says_who_took_it_and_why(
        [Values("csv", "xlsx")] string format
    )
    {
        await _organizer.Director();
        await _organizer.Expert();
        await _organizer.Hospital("secondary", "b");
        (await _organizer.Get($"/guest-exports?format={format}")).Expect(422, "invalid_fields");
        var file = (
            await _organizer.Get($"/guest-exports?format={format}&reason={Uri.EscapeDataString("核对名册")}")
        ).Expect(200);

        Assert.That(await Outcomes(await Import(file.Body)), Is.EqualTo(["exists", "exists", "exists"]));
        Assert.That(
            await _host.Query<string>("SELECT after FROM audit WHERE action = 'export.made'"),
            Does.Contain("核对名册").And.Not.Contain("示例嘉宾")
        );

        var (host, organizer) = (_host, _organizer);
        await using var empty = await TestHost.Create();
        (_host, _organizer) = (empty, await empty.Given.Owner());
        try
        {
            Assert.That(
                await Outcomes(await Import(file.Body)),
                Is.EqualTo(["created", "created", "hospital_created"])
            );
        }
        finally
        {
            (_host, _organizer) = (host, organizer);
        }
    }

    [Test]
    public async Task What_is_no_table_is_refused()
    {
        foreach (
            var (bytes, code) in new[]
            {
                ("%PDF-1.7"u8.ToArray(), "sheet_type_refused"),
                ("a,b\n1,2\n"u8.ToArray(), "sheet_unreadable"),
            }
        )
        {
            Assert.That((await Begin(bytes)).Code, Is.EqualTo(code));
        }
    }
}
