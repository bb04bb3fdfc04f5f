using ClosedDoor.Features.Companies;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Payments;
using ClosedDoor.Tests.Features.Vetting;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

/// <summary>What two decisions once read from the audit log, migration 0019 takes from there for the rows that it finds.</summary>
public class FilledFromTheLogTests : EndedSeatDesk
{
    static readonly string[] Fills =
    [
        .. string.Join(
                '\n',
                Migrator
                    .Known.Single(migration => migration.Name.StartsWith("0019", StringComparison.Ordinal))
                    .Sql.Split('\n')
                    .Where(line => !line.StartsWith("--", StringComparison.Ordinal))
            )
            .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(statement => !statement.StartsWith("ALTER") && !statement.StartsWith("CREATE")),
    ];

    [Test]
    public async Task Companies_that_were_renamed_since_their_approval_have_no_approved_name()
    {
        var (kept, renamed, seen) = (_company, await _host.Given.Company(), await _host.Given.Company());
        foreach (var company in new[] { renamed, seen })
            (await company.Api.Patch($"/companies/{company.Id}", new { name = $"示例新名{company.Id}" })).Expect(200);
        (await (await _host.Given.Organizer(Permission.Review)).Approve(await seen.Submitted())).Expect(200);

        await FillAgain();

        Assert.That(
            (await IsRenamed(kept), await IsRenamed(renamed), await IsRenamed(seen)),
            Is.EqualTo((false, true, false))
        );
    }

    [Test]
    public async Task Refunds_know_when_they_were_let_through()
    {
        var refund = await CancelAtSixty();
        Assert.That(await LetThrough(refund), Is.Zero);
        (await _other.Post($"/refunds/{refund}/approve")).Expect(200);
        var at = await LetThrough(refund);
        Assert.That(at, Is.GreaterThan(0));

        await FillAgain();

        Assert.That(await LetThrough(refund), Is.EqualTo(at));
    }

    /// <summary>As it was before the migration, and then what it does to the rows.</summary>
    async Task FillAgain()
    {
        Assert.That(Fills, Has.Length.EqualTo(2));
        await _host.Tamper("UPDATE company SET approved_name = NULL");
        await _host.Tamper("UPDATE refund SET let_through_at = NULL");
        foreach (var fill in Fills)
            await _host.Tamper(fill);
    }

    async Task<bool> IsRenamed(TestCompany company) =>
        await _host.Query<long>(
            $"SELECT COUNT(*) FROM company WHERE id = @Id AND {CompanyRow.RenamedSinceApproval}",
            new { company.Id }
        ) == 1;

    Task<long> LetThrough(string refund) =>
        _host.Query<long>("SELECT COALESCE(let_through_at, 0) FROM refund WHERE id = @refund", new { refund });
}
