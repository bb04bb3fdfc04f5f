using ClosedDoor.Platform;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Door;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Guests;

public class RegisterTests
{
    TestHost _host = null!;
    ApiClient _organizer = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _organizer = await _host.Given.Organizer(Permission.Organize);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await Races.Books.AuditIsWhole(_host);
        await _host.DisposeAsync();
    }

    [Test]
    public async Task A_hospital_is_registered_read_and_changed()
    {
        var code = GuestList.HospitalUscc(900_001).Value;
        var added = (
            await _organizer.Post(
                "/hospitals",
                new
                {
                    name = "示例医院甲",
                    uscc = code,
                    registrationCode = $"{code[8..17]}11010811A1001",
                    level = "tertiary",
                    grade = "b",
                    certificate = "示例评审证1号",
                    certifiedOn = "2024-06-01",
                }
            )
        ).Expect(201);
        Assert.That(added["tertiaryGradeA"].GetBoolean(), Is.False);

        var changed = (
            await _organizer.Patch($"/hospitals/{added.Id}", new { grade = "a" }, ifMatch: added.ETag)
        ).Expect(200);
        Assert.That(changed["tertiaryGradeA"].GetBoolean(), Is.True);
        Assert.That(changed["certificate"].GetString(), Is.EqualTo("示例评审证1号"));
        (await _organizer.Patch($"/hospitals/{added.Id}", new { grade = "c" }, ifMatch: added.ETag)).Expect(
            412,
            "stale_version"
        );
        Assert.That((await _organizer.Get($"/hospitals/{added.Id}")).ETag, Is.EqualTo(changed.ETag));
    }

    [Test]
    public async Task A_hospitals_codes_stand_in_the_register_once()
    {
        var first = await _organizer.Hospital();
        var second = await _organizer.Hospital();

        (
            await _organizer.Post(
                "/hospitals",
                new
                {
                    name = "同一医院",
                    uscc = first["uscc"].GetString(),
                    level = "tertiary",
                    grade = "a",
                }
            )
        ).Expect(409, "hospital_exists");
        (await _organizer.Patch($"/hospitals/{second.Id}", new { uscc = first["uscc"].GetString() })).Expect(
            409,
            "hospital_exists"
        );
    }

    [TestCase("92", "uscc")]
    [TestCase("51", "uscc")]
    public async Task A_social_credit_code_that_no_hospital_has_is_refused(string prefix, string field)
    {
        var refused = (
            await _organizer.Post(
                "/hospitals",
                new
                {
                    name = "示例医院",
                    uscc = ClosedDoor.Domain.SocialCreditCode.Compose($"{prefix}110108MA0000009").Value,
                    level = "tertiary",
                    grade = "a",
                }
            )
        ).Expect(422, "invalid_fields");

        Assert.That(refused["errors"].EnumerateObject().Select(error => error.Name), Is.EqualTo([field]));
    }

    [Test]
    public async Task What_is_wrong_with_a_hospital_is_said_field_by_field()
    {
        var refused = (
            await _organizer.Post(
                "/hospitals",
                new
                {
                    name = "",
                    uscc = "1",
                    registrationCode = "2",
                    level = "secondary",
                    grade = "special",
                    certifiedOn = "2100-01-01",
                }
            )
        ).Expect(422, "invalid_fields");

        Assert.That(
            refused["errors"].EnumerateObject().Select(error => error.Name),
            Is.EquivalentTo(["name", "uscc", "registrationCode", "grade", "certifiedOn"])
        );
    }

    [Test]
    public async Task A_guest_is_registered_with_post_and_title_apart()
    {
        var hospital = await _organizer.Hospital();
        var guest = (
            await _organizer.Post("/guests", GuestList.Person("hospital_director", "department_head", hospital.Id))
        ).Expect(201);

        Assert.That(guest["post"].GetString(), Is.EqualTo("department_head"));
        Assert.That(guest["title"].GetString(), Is.EqualTo("chief_physician"));
        Assert.That(guest["unit"].GetString(), Is.EqualTo(hospital["name"].GetString()), "the hospital's, if left out");
        Assert.That(guest["phone"].GetString(), Does.StartWith("+86"));
        Assert.That(guest["admissible"].GetBoolean(), Is.True);

        var demoted = (await _organizer.Patch($"/guests/{guest.Id}", new { post = "deputy_department_head" })).Expect(
            200
        );
        Assert.That(demoted["admissible"].GetBoolean(), Is.False);
        Assert.That(demoted["reason.zh"].GetString(), Does.Contain("科室主任"));
    }

    [Test]
    public async Task A_person_stands_in_the_register_once()
    {
        var person = GuestList.Person("research_expert", null, null);
        (await _organizer.Post("/guests", person)).Expect(201);
        (await _organizer.Post("/guests", person)).Expect(409, "guest_exists");

        var other = await _organizer.Expert();
        var taken = System.Text.Json.JsonSerializer.SerializeToElement(person).GetProperty("email").GetString();
        (await _organizer.Patch($"/guests/{other}", new { email = taken })).Expect(409, "guest_exists");
    }

    [Test]
    public async Task What_is_wrong_with_a_guest_is_said_field_by_field()
    {
        var refused = (
            await _organizer.Post(
                "/guests",
                new
                {
                    kind = "hospital_director",
                    name = "x",
                    specialty = "29",
                    hospitalId = "hsp_01khws5mbcf5rtnyjcg1a9w9j6",
                }
            )
        ).Expect(422, "invalid_fields");

        Assert.That(
            refused["errors"].EnumerateObject().Select(error => error.Name),
            Is.EquivalentTo(["name", "post", "specialty", "hospitalId", "unit", "email"])
        );
        (await _organizer.Post("/guests", new { kind = "minister" })).Expect(400, "malformed_request");
    }

    [Test]
    public async Task Lists_page_and_filter()
    {
        var hospital = await _organizer.Hospital();
        for (var i = 0; i < 3; i++)
            await _organizer.Director(hospitalId: hospital.Id);
        await _organizer.Official();

        var first = (await _organizer.Get($"/guests?hospitalId={hospital.Id}&limit=2")).Expect(200);
        var rest = (
            await _organizer.Get($"/guests?hospitalId={hospital.Id}&limit=2&cursor={first["nextCursor"].GetString()}")
        ).Expect(200);

        Assert.That(first["items"].GetArrayLength(), Is.EqualTo(2));
        Assert.That(rest["items"].GetArrayLength(), Is.EqualTo(1));
        Assert.That(
            (await _organizer.Get("/guests?kind=health_commission_official"))["items"]
                .EnumerateArray()
                .Select(guest => guest.GetProperty("kind").GetString()),
            Is.Not.Empty.And.All.EqualTo("health_commission_official")
        );
        (await _organizer.Get("/guests?kind=minister")).Expect(422, "invalid_fields");
        Assert.That((await _organizer.Get("/hospitals?limit=1"))["items"].GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task Nobody_but_organizers_sees_the_register()
    {
        var guest = await _organizer.Expert();
        var company = await _host.Given.VettedCompany();
        var door = await _host.Given.Organizer(Permission.Finance);

        (await _host.Anonymous.Get($"/guests/{guest}")).Expect(401);
        (await company.Api.Get($"/guests/{guest}")).Expect(403);
        (await company.Api.Get("/hospitals")).Expect(403);
        (await door.Post("/guests", GuestList.Person("research_expert", null, null))).Expect(403);
        Assert.That(
            await _host.Query<string>("SELECT after FROM audit WHERE subject = @guest", new { guest }),
            Does.Not.Contain("示例嘉宾")
        );
    }

    [Test]
    public async Task Two_guests_or_hospitals_who_get_one_number_at_once_are_told_apart()
    {
        string[] guests = [await _organizer.Expert(), await _organizer.Expert(), await _organizer.Expert()];
        string[] hospitals = [(await _organizer.Hospital()).Id, (await _organizer.Hospital()).Id];
        for (var round = 0; round < 5; round++)
        {
            var email = $"same{round}@example.com";
            var replies = await Race.Run(3, i => _organizer.Patch($"/guests/{guests[i]}", new { email }));
            Assert.That(replies.Select(reply => reply.Status).Order(), Is.EqualTo([200, 409, 409]));
            var code = GuestList.HospitalUscc(9_000_000 + round).Value;
            replies = await Race.Run(2, i => _organizer.Patch($"/hospitals/{hospitals[i]}", new { uscc = code }));
            Assert.That(replies.Select(reply => reply.Status).Order(), Is.EqualTo([200, 409]));
        }
    }
}
