using System.Security.Cryptography;
using System.Text;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Sheets;
using ClosedDoor.Tests.Features.Payments;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Fapiao;

public class FapiaoTests : FapiaoDesk
{
    [Test]
    public async Task A_company_s_details_are_checked()
    {
        (await _company.Api.Get($"/companies/{_company.Id}/fapiao-profile")).Expect(404);
        var wrong = (
            await SetProfile(
                new
                {
                    kind = "special",
                    title = "示",
                    taxId = "9144030071526726XX",
                    account = "#",
                    email = "x",
                }
            )
        ).Expect(422);
        Assert.That(
            wrong["errors"].EnumerateObject().Select(field => field.Name),
            Is.EquivalentTo(["title", "taxId", "address", "phone", "bank", "account", "email"])
        );

        var set = (await SetProfile(Ordinary)).Expect(200);
        Assert.That(set["profile"].GetProperty("taxId").GetString(), Is.EqualTo(Uscc));
        var other = await _host.Given.Company();
        (await other.Api.Get($"/companies/{_company.Id}/fapiao-profile")).Expect(404);
        (await other.Api.Put($"/companies/{_company.Id}/fapiao-profile", Ordinary)).Expect(404);
    }

    [Test]
    public async Task A_fapiao_is_asked_for_once_for_what_was_paid()
    {
        (await _company.Api.Post($"/payments/{_paymentId}/fapiao")).Expect(409, "fapiao_profile_missing");
        var id = await Requested();
        (await _company.Api.Post($"/payments/{_paymentId}/fapiao")).Expect(409, "fapiao_requested");

        var fapiao = (await _company.Api.Get($"/fapiaos/{id}")).Expect(200);
        Assert.That(fapiao["amount.amount"].GetInt64(), Is.EqualTo(Moves.Price));
        Assert.That(fapiao["status"].GetString(), Is.EqualTo("requested"));
        (await (await _host.Given.Company()).Api.Get($"/fapiaos/{id}")).Expect(404);
        Assert.That((await _company.Api.Get("/fapiaos")).Expect(200)["items"].GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task What_is_exported_comes_back_with_number_and_day()
    {
        var id = await Requested();
        (await _finance.Get("/fapiaos/export")).Expect(422);
        var export = (await _finance.Get("/fapiaos/export?reason=开票&format=xlsx")).Expect(200);
        var sheet = SheetReader
            .Read(
                export.Body,
                [
                    SheetColumn.Needed("id", "申请编号"),
                    SheetColumn.Needed("taxId", "税号"),
                    SheetColumn.Needed("amount", "金额"),
                ]
            )
            .Value;
        Assert.That(sheet.HeaderRow, Is.EqualTo(3), "below name and stamp");
        var row = sheet.Rows.Single(row => row["id"] == id);
        Assert.That((row["taxId"], row["amount"]), Is.EqualTo((Uscc, "38800")));
        Assert.That(
            await _host.Query<long>("SELECT COUNT(*) FROM audit WHERE action = 'export.made' AND after LIKE '%开票%'"),
            Is.GreaterThan(0)
        );

        var number = NewNumber();
        var results = (
            await Results(
                (id, number, "2026-03-02"),
                (id, NewNumber(), "2026-03-02"),
                (id, "123", "2026-03-02"),
                (id, "", ""),
                ("fap_none", NewNumber(), "2026-03-02")
            )
        ).Expect(200);
        Assert.That(
            results["lines"].EnumerateArray().Select(line => line.GetProperty("outcome").GetString()),
            Is.EqualTo(["issued", "rejected", "rejected", "skipped", "rejected"])
        );
        Assert.That((await Results((id, number, "2026-03-02"))).Expect(200)["duplicates"].GetInt32(), Is.EqualTo(1));
        Assert.That((await _company.Api.Get($"/fapiaos/{id}"))["number"].GetString(), Is.EqualTo(number));
    }

    [Test]
    public async Task Nothing_is_taken_of_another_list_under_the_key_of_the_first()
    {
        var (id, key) = (await Requested(), NewNumber());
        (await Results(key, ("fap_none", NewNumber(), "2026-03-02"))).Expect(200);

        (await Results(key, (id, NewNumber(), "2026-03-02"))).Expect(422, "idempotency_key_reused");

        Assert.That((await _company.Api.Get($"/fapiaos/{id}"))["status"].GetString(), Is.EqualTo("requested"));
    }

    [Test]
    public async Task Of_two_lists_at_once_under_one_key_the_one_that_is_refused_issues_nothing()
    {
        await using var second = _host.Another();
        var elsewhere = second.As(_finance.Token!);
        var (id, key) = (await Requested(), NewNumber());
        (string, string, string) Nobodys() => ("fap_none", NewNumber(), "2026-03-02");
        // The longer one, so that the other would have its answer kept before it.
        var issuing = Enumerable.Range(0, 60).Select(_ => Nobodys()).Prepend((id, NewNumber(), "2026-03-02")).ToArray();

        var (kept, other) = await Race.Pair(
            2,
            () => Results(_finance, key, issuing),
            () => Results(elsewhere, key, Nobodys())
        );

        Assert.That(new[] { kept, other }.Count(reply => reply.Status == 200), Is.EqualTo(1));
        Assert.That(
            (kept.Status == 200 ? other : kept).Code,
            Is.AnyOf("idempotency_key_reused", "idempotency_in_progress")
        );
        Assert.That(
            (await _company.Api.Get($"/fapiaos/{id}"))["status"].GetString(),
            Is.EqualTo(kept.Status == 200 ? "issued" : "requested")
        );
    }

    [Test]
    public async Task Its_file_is_there_for_its_company()
    {
        var pdf = "%PDF-1.7 示例"u8.ToArray();
        var id = await Requested();
        (await Upload($"/fapiaos/{id}/file", pdf)).Expect(409, "fapiao_not_issued");
        (await Results((id, NewNumber(), "2026-03-02"))).Expect(200);
        (await Upload($"/fapiaos/{id}/file", pdf)).Expect(200);

        Assert.That((await _company.Api.Get($"/fapiaos/{id}/file")).Expect(200).Body, Is.EqualTo(pdf));
        (await (await _host.Given.Company()).Api.Get($"/fapiaos/{id}/file")).Expect(404);
    }

    [Test]
    public async Task Of_two_files_at_once_only_the_one_that_is_kept_stays()
    {
        var (id, _) = await Issued();
        byte[] Pdf(int number) => Encoding.UTF8.GetBytes($"%PDF-1.7 示例 {id} {number}");
        (await Upload($"/fapiaos/{id}/file", Pdf(0))).Expect(200);

        var (left, right) = await Race.Pair(
            2,
            () => Upload($"/fapiaos/{id}/file", Pdf(1)),
            () => Upload($"/fapiaos/{id}/file", Pdf(2))
        );

        Assert.That((left.Status, right.Status), Is.EqualTo((200, 200)));
        var kept = 0L;
        foreach (var number in Enumerable.Range(0, 3))
            kept += await _host.Query<long>(
                "SELECT COUNT(*) FROM file_content WHERE sha256 = @sha256",
                new { sha256 = Convert.ToHexStringLower(SHA256.HashData(Pdf(number))) }
            );
        Assert.That(kept, Is.EqualTo(1));
    }

    [Test]
    public async Task A_refund_after_the_fapiao_is_not_paid_before_its_red_letter()
    {
        var (id, number) = await Issued();
        (await _company.Api.Cancel(_reservationId)).Expect(200);
        var refundId = (await _finance.RefundsOf($"paymentId={_paymentId}")).Single().Id;
        Task<Reply> Pay() =>
            _finance.Post($"/refunds/{refundId}/pay", new { bankSerial = $"P{number}", paidOn = "2026-03-02" });
        Task<Reply> RedLetter(string red) =>
            _finance.Post(
                $"/fapiaos/{id}/red-letters",
                new
                {
                    refundId,
                    number = red,
                    issuedOn = "2026-03-02",
                }
            );

        (await Pay()).Expect(409, "red_letter_needed");
        (await RedLetter("12")).Expect(422);
        (await RedLetter(number)).Expect(409, "red_letter_recorded");
        Assert.That((await RedLetter(NewNumber())).Expect(200)["redLetters"].GetArrayLength(), Is.EqualTo(1));
        (await RedLetter(NewNumber())).Expect(409, "red_letter_recorded");
        (await Pay()).Expect(200);
    }

    [Test]
    public async Task Only_finance_exports_and_records()
    {
        (await _company.Api.Get("/fapiaos/export?reason=x")).Expect(403);
        (await _company.Api.Post("/fapiaos/fap_x/red-letters", new { })).Expect(403);
    }

    [TestCase("27112000000000000001", true)]
    [TestCase(" ２７１１２０００００００００００００００１ ", false)]
    [TestCase("2711200000000000000", false)]
    [TestCase("2711200000000000000X", false)]
    public void A_number_has_20_digits(string text, bool valid) =>
        Assert.That(FapiaoNumber.Parse(text) is not null, Is.EqualTo(valid));

    [Test]
    public async Task A_fapiao_that_is_asked_for_twice_at_once_is_one()
    {
        (await SetProfile(Ordinary)).Expect(200);

        var (left, right) = await Race.Pair(
            2,
            () => _company.Api.Post($"/payments/{_paymentId}/fapiao"),
            () => _company.Api.Post($"/payments/{_paymentId}/fapiao")
        );

        Assert.That(new[] { left.Status, right.Status }, Is.EquivalentTo([201, 409]));
    }
}
