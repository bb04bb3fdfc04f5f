using ClosedDoor.Tests.Features.Payments;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform.Sheets;
using ClosedDoor.Tests.Races;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Fapiao;

/// <summary>Lists of the tax platform that say what cannot be, or what they have said before.</summary>
public class FapiaoResultsTests : FapiaoDesk
{
    [TestCase("38799.99")]
    [TestCase("38800.01")]
    [TestCase("37,000.00")]
    [TestCase("0")]
    [TestCase("-38800")]
    [TestCase("3.88万")]
    [TestCase("38.800,00")]
    public async Task An_amount_that_nobody_asked_for_is_not_taken(string amount)
    {
        var id = await Requested();
        await Goodwill(100_000);

        Assert.That(Outcome((await Results(id, NewNumber(), $"\"{amount}\"")).Expect(200)), Is.EqualTo("rejected"));
        Assert.That((await _company.Api.Get($"/fapiaos/{id}"))["status"].GetString(), Is.EqualTo("requested"));
    }

    [Test]
    public async Task A_list_that_comes_again_changes_nothing_and_one_that_says_otherwise_is_named()
    {
        var (id, number) = await Issued();
        foreach (
            var (amount, date, outcome) in new[]
            {
                ("38800.00", "2026-03-02", "duplicate"),
                ("", "2026/3/2", "duplicate"),
                ("38800.00", "2026-03-01", "rejected"),
                ("38000.00", "2026-03-02", "rejected"),
            }
        )
            Assert.That(
                Outcome((await Results(id, number, amount, date)).Expect(200)),
                Is.EqualTo(outcome),
                $"{amount} {date}"
            );
        Assert.That(Outcome((await Results(id, NewNumber(), "38800.00")).Expect(200)), Is.EqualTo("rejected"));
        Assert.That((await _company.Api.Get($"/fapiaos/{id}"))["number"].GetString(), Is.EqualTo(number));
    }

    [Test]
    public async Task A_number_is_one_fapiaos_whether_blue_or_red()
    {
        var (id, number) = await Issued();
        var refund = await Goodwill(1);
        var red = NewNumber();
        (await RedLetter(id, refund, red)).Expect(200);
        await Start();
        var other = await Requested();

        Assert.That(Outcome((await Results(other, number, "38800")).Expect(200)), Is.EqualTo("rejected"));
        Assert.That(Outcome((await Results(other, red, "38800")).Expect(200)), Is.EqualTo("rejected"));
        Assert.That(Outcome((await Results(other, "2.7112E+19", "38800")).Expect(200)), Is.EqualTo("rejected"));
        Assert.That(Outcome((await Results(other, NewNumber(), "38800")).Expect(200)), Is.EqualTo("issued"));
    }

    [Test]
    public async Task A_number_that_an_XLSX_holds_as_a_number_has_lost_digits_and_is_not_taken()
    {
        var id = await Requested();
        var xlsx = RawXlsx.Of([
            [RawXlsx.Text("申请编号"), RawXlsx.Text("发票号码"), RawXlsx.Text("开票日期")],
            [RawXlsx.Text(id), RawXlsx.Number("27112000000000000001"), RawXlsx.Text("2026-03-02")],
            [RawXlsx.Text(id), RawXlsx.Text(NewNumber()), RawXlsx.Day("46083")],
        ]);

        var results = (await Upload("/fapiaos/results", xlsx)).Expect(200);

        Assert.That((Outcome(results), Outcome(results, 1)), Is.EqualTo(("rejected", "issued")));
        Assert.That(
            (await _company.Api.Get($"/fapiaos/{id}"))["issuedOn"].GetString(),
            Is.EqualTo(new NodaTime.LocalDate(1899, 12, 30).PlusDays(46083).ToString("uuuu-MM-dd", null))
        );
    }

    [Test]
    public async Task Two_people_with_one_list_or_one_number_issue_once()
    {
        for (var round = 0; round < 4; round++)
        {
            var one = await Requested();
            await Start();
            var (two, shared) = (await Requested(), NewNumber());

            var (left, right) = await Race.Pair(
                round,
                () => Results((one, shared, "2026-03-02")),
                () => Results((round % 2 == 0 ? one : two, shared, "2026-03-02"))
            );

            Assert.That(
                new[] { Outcome(left.Expect(200)), Outcome(right.Expect(200)) },
                Is.EquivalentTo(["issued", round % 2 == 0 ? "duplicate" : "rejected"])
            );
            await Start();
        }
    }
}
