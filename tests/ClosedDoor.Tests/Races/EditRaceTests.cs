using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Races;

/// <summary>Several who change the same version of one thing (If-Match): one of them does, and the others are told.</summary>
public class EditRaceTests
{
    const int Entrants = 4;
    const int Rounds = 6;

    TestHost _host = null!;
    ApiClient _finance = null!;
    TestCompany _company = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _finance = await _host.Given.Organizer(Permission.Finance);
        _company = await _host.Given.Company();
    }

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    static object Profile(int number) => new { summary = $"第 {number} 稿" };

    object Mapping(int number) =>
        new { name = $"示例银行{number}", columns = new { amount = new[] { $"贷方金额{number}" } } };

    [Test]
    public async Task One_change_of_a_companys_profile_wins()
    {
        var path = $"/companies/{_company.Id}/profile";
        for (var round = 0; round < Rounds; round++)
        {
            var seen = (await _company.Api.Get(path)).Expect(200).ETag;
            await OneWins(Entrants, i => _company.Api.Put(path, Profile(i), seen));
        }
    }

    [Test]
    public async Task One_change_of_a_column_mapping_wins()
    {
        var path =
            $"/bank-statement-mappings/{(await _finance.Post("/bank-statement-mappings", Mapping(100))).Expect(201).Id}";
        for (var round = 0; round < Rounds; round++)
        {
            var seen = (await _finance.Get(path)).Expect(200).ETag;
            await OneWins(Entrants, i => _finance.Put(path, Mapping(i), seen));
        }
    }

    [Test]
    public async Task A_column_mapping_that_was_just_changed_is_not_removed()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var made = (await _finance.Post("/bank-statement-mappings", Mapping(200 + round))).Expect(201);
            var path = $"/bank-statement-mappings/{made.Id}";

            var (changed, removed) = await Race.Pair(
                round,
                () => _finance.Put(path, Mapping(300 + round), made.ETag),
                () => _finance.Delete(path, made.ETag)
            );

            Assert.That((changed.Status, removed.Status), Is.EqualTo((200, 412)).Or.EqualTo((404, 204)));
        }
    }

    [Test]
    public async Task Control_changes_that_read_the_version_without_holding_the_row_overwrite_each_other()
    {
        var id = (await _finance.Post("/bank-statement-mappings", Mapping(400))).Expect(201).Id;
        var meet = new Rendezvous(Entrants);

        var won = await Race.Run(Entrants, i => ChangeWithoutHolding(id, $"示例银行{500 + i}", 1, meet));

        Assert.That(won, Is.All.True);
    }

    async Task<bool> ChangeWithoutHolding(string id, string name, long ifMatch, Rendezvous meet)
    {
        var version = await _host.Query<long>("SELECT version FROM statement_mapping WHERE id = @id", new { id });
        await meet.Arrive();
        return version == ifMatch
            && await _host.Tamper(
                "UPDATE statement_mapping SET name = @name, version = version + 1 WHERE id = @id",
                new { id, name }
            ) == 1;
    }

    static async Task OneWins(int entrants, Func<int, Task<Reply>> change)
    {
        var replies = await Race.Run(entrants, change);
        Assert.That(replies.Count(reply => reply.Status == 200), Is.EqualTo(1));
        foreach (var reply in replies.Where(reply => reply.Status != 200))
            reply.Expect(412, "stale_version");
    }
}
