using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Delegates;

public class DelegatesTests
{
    TestHost _host = null!;
    TestCompany _company = null!;
    string _held = null!;

    [SetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _company = await _host.Given.VettedCompany();
        _held = await _host.Given.Hold(_company, await _host.Given.PublishedSession());
    }

    [TearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task Delegates_are_named_replaced_and_taken_back()
    {
        Assert.That(await Names(), Is.Empty);

        (await _company.Api.NameDelegates(_held, "第一")).Expect(200);
        Assert.That(await Names(), Is.EquivalentTo(["第一甲", "第一乙"]));

        (await _company.Api.Put(Path, new[] { Person("替换人") })).Expect(200);
        Assert.That(await Names(), Is.EqualTo(["替换人"]));

        (await _company.Api.Put(Path, Array.Empty<object>())).Expect(200);
        Assert.That(await Names(), Is.Empty);
    }

    [Test]
    public async Task More_than_two_are_refused_and_the_two_stay()
    {
        (await _company.Api.NameDelegates(_held, "第一")).Expect(200);

        (await _company.Api.Put(Path, new[] { Person("甲某"), Person("乙某"), Person("丙某") })).Expect(
            422,
            "invalid_fields"
        );

        Assert.That(await Names(), Is.EquivalentTo(["第一甲", "第一乙"]));
    }

    [Test]
    public async Task What_is_wrong_with_whom_is_named()
    {
        var refused = (
            await _company.Api.Put(
                Path,
                new object[]
                {
                    Person("甲某"),
                    new
                    {
                        name = "",
                        jobTitle = "",
                        phone = "12",
                        email = "nobody",
                    },
                }
            )
        ).Expect(422, "invalid_fields");

        Assert.That(
            refused["errors"].EnumerateObject().Select(error => error.Name),
            Is.EquivalentTo(["[1].name", "[1].jobTitle", "[1].phone", "[1].email"])
        );
        (await _company.Api.Put(Path, new object?[] { null })).Expect(422, "invalid_fields");
        (await _company.Api.Put(Path, new { })).Expect(400, "malformed_request");
    }

    [Test]
    public async Task Another_company_finds_nothing()
    {
        var other = await _host.Given.VettedCompany();
        (await _company.Api.NameDelegates(_held, "第一")).Expect(200);

        (await other.Api.NameDelegates(_held, "别家")).Expect(404, "not_found");
        (await other.Api.Get(Path)).Expect(404, "not_found");
        (await _host.Anonymous.Get(Path)).Expect(401, "unauthenticated");
        Assert.That(await Names(), Is.EquivalentTo(["第一甲", "第一乙"]));
    }

    [Test]
    public async Task A_replacement_of_what_has_changed_since_is_refused()
    {
        var read = (await _company.Api.Get(Path)).Expect(200).ETag!;
        (await _company.Api.Put(Path, new[] { Person("甲某") }, ifMatch: read)).Expect(200);

        (await _company.Api.Put(Path, new[] { Person("乙某") }, ifMatch: read)).Expect(412, "stale_version");
    }

    [Test]
    public async Task From_24_hours_before_the_day_begins_delegates_stay_as_they_are()
    {
        var payment = (await _company.Api.ChooseTransfer(_held)).Expect(201).Id;
        (await (await _host.Given.Owner()).Receive(_host, payment)).Expect(200);
        // The day begins at 9:00 in Beijing on the 30th.
        var cutOff = Instant.FromUtc(2026, 3, 29, 1, 0);
        _host.Time.Advance(cutOff - _host.Time.Now - Duration.FromMilliseconds(1));
        (await _company.Api.NameDelegates(_held, "最后")).Expect(200);

        _host.Time.Advance(Duration.FromMilliseconds(1));
        (await _company.Api.NameDelegates(_held, "太晚")).Expect(409, "delegates_closed");
        Assert.That(await Names(), Is.EquivalentTo(["最后甲", "最后乙"]));
    }

    [Test]
    public async Task A_seat_that_is_lost_sends_nobody()
    {
        _host.Time.Advance(Duration.FromMinutes(36));
        (await _company.Api.NameDelegates(_held, "太晚")).Expect(409, "hold_lapsed");

        var again = await _host.Given.Hold(_company, await _host.Given.PublishedSession());
        (await _company.Api.Cancel(again)).Expect(200);
        (await _company.Api.NameDelegates(again, "太晚")).Expect(409, "wrong_reservation_status");
    }

    string Path => $"/reservations/{_held}/delegates";

    async Task<string[]> Names() =>
        [
            .. (await _company.Api.Get(Path))
                .Expect(200)["items"]
                .EnumerateArray()
                .Select(person => person.GetProperty("name").GetString()!),
        ];

    static object Person(string name) =>
        new
        {
            name,
            jobTitle = "市场总监",
            phone = "13800000000",
            email = "delegate@example.com",
        };
}
