using System.Data.Common;
using ClosedDoor.Features.Accounts;
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
    public async Task A_name_that_several_column_mappings_are_given_at_once_is_given_to_one()
    {
        var paths = new List<string>();
        for (var i = 0; i < Entrants; i++)
            paths.Add(
                $"/bank-statement-mappings/{(await _finance.Post("/bank-statement-mappings", Mapping(600 + i))).Expect(201).Id}"
            );
        for (var round = 0; round < Rounds; round++)
        {
            var name = 700 + round;
            // One is added under the name besides: it looks in another way than those that are changed.
            var replies = await Race.Run(
                Entrants + 1,
                i =>
                    i < Entrants
                        ? _finance.Put(paths[i], Mapping(name))
                        : _finance.Post("/bank-statement-mappings", Mapping(name))
            );

            Assert.That(replies.Count(reply => reply.Status is 200 or 201), Is.EqualTo(1));
            foreach (var reply in replies.Where(reply => reply.Status is not (200 or 201)))
                Assert.That(
                    reply.Expect(422, "invalid_fields")["errors"].GetProperty("name").ToString(),
                    Does.Contain("该名称已被使用")
                );
        }
    }

    [Test]
    public async Task Control_a_name_that_was_free_when_it_was_looked_for_is_an_error_to_all_but_one()
    {
        var ids = new[]
        {
            (await _finance.Post("/bank-statement-mappings", Mapping(800))).Expect(201).Id,
            (await _finance.Post("/bank-statement-mappings", Mapping(801))).Expect(201).Id,
        };
        var meet = new Rendezvous(2);

        var given = await Race.Run(2, i => NameWithoutLookingAgain(ids[i], "示例银行900", meet));

        Assert.That(given, Is.EquivalentTo([true, false]));
    }

    /// <summary>False when the database refused what the look had found free.</summary>
    async Task<bool> NameWithoutLookingAgain(string id, string name, Rendezvous meet)
    {
        var taken = await _host.Query<long>("SELECT COUNT(*) FROM statement_mapping WHERE name = @name", new { name });
        Assert.That(taken, Is.Zero);
        await meet.Arrive();
        try
        {
            await _host.Tamper("UPDATE statement_mapping SET name = @name WHERE id = @id", new { id, name });
            return true;
        }
        catch (DbException)
        {
            return false;
        }
    }

    [Test]
    public async Task One_who_opens_the_last_ended_account_of_a_company_wins()
    {
        var company = await _host.Given.Company();
        var organizer = await _host.Given.Organizer(Permission.Organize);
        var path = $"/companies/{company.Id}/members/{company.AccountId}";
        for (var round = 0; round < Rounds; round++)
        {
            var seen = (await organizer.Patch(path, new { disabled = true })).Expect(200).ETag;
            await OneWins(Entrants, _ => organizer.Patch(path, new { disabled = false }, seen));
        }
        Assert.That(await Opened(company.Id), Is.EqualTo(Rounds));
    }

    [Test]
    public async Task Control_an_ended_account_that_is_read_without_being_held_is_opened_by_all()
    {
        var company = await _host.Given.Company();
        var organizer = await _host.Given.Organizer(Permission.Organize);
        (await organizer.Patch($"/companies/{company.Id}/members/{company.AccountId}", new { disabled = true })).Expect(
            200
        );
        var meet = new Rendezvous(2);

        var opened = await Race.Run(
            2,
            _ =>
                Unguarded.CheckThenAct(
                    _host,
                    meet,
                    read => MemberRow.Find(read, company.Id, company.AccountId),
                    seen => seen!.IsDisabled,
                    (tx, seen) => AccountTable.ChangeMember(tx, company.Id, seen!, false, _host.Time.Now)
                )
        );

        Assert.That(opened, Is.All.True);
        Assert.That(await Opened(company.Id), Is.EqualTo(2));
    }

    Task<long> Opened(string companyId) =>
        _host.Query<long>(
            """
            SELECT COUNT(*) FROM audit
            WHERE chain = @companyId AND action = 'account.changed' AND after LIKE '%"disabled":false%'
            """,
            new { companyId }
        );

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
