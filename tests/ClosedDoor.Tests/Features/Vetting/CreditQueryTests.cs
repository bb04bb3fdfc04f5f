using System.Text.Json;
using ClosedDoor.Tests.Given;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Vetting;

/// <summary>What a look-up of the credit record says, and what follows from it.</summary>
public class CreditQueryTests : ReviewDesk
{
    [Test]
    public async Task The_latest_credit_query_decides_and_is_the_organizers_own()
    {
        var id = await _company.Submitted();
        var path = $"/vettings/{id}/credit-queries";
        var screenshot = new string('A', 64);
        (
            await _reviewer.Post(
                path,
                new
                {
                    queriedOn = "2026-03-01",
                    rating = "serious",
                    screenshotSha256 = screenshot,
                }
            )
        ).Expect(201);
        (await _reviewer.Approve(id)).Expect(409, "credit_blocked");
        var shown = await _reviewer.Get($"/vettings/{id}");
        Assert.That(shown["creditQuery.rating"].GetString(), Is.EqualTo("serious"));
        Assert.That(shown["creditQuery.screenshotSha256"].GetString(), Is.EqualTo(screenshot.ToLowerInvariant()));
        Assert.That(
            (await _company.Api.Get($"/vettings/{id}"))["creditQuery"].ValueKind,
            Is.EqualTo(JsonValueKind.Null)
        );

        (await _reviewer.Post(path, new { queriedOn = "2026-02-01", rating = "none" })).Expect(201);
        (await _reviewer.Approve(id)).Expect(409, "credit_blocked");
        _host.Time.Advance(Duration.FromMinutes(1));
        (
            await _reviewer.Post(
                path,
                new
                {
                    queriedOn = "2026-03-02",
                    rating = "none",
                    dishonestDebtor = true,
                }
            )
        ).Expect(201);
        (await _reviewer.Approve(id)).Expect(409, "credit_blocked");
        _host.Time.Advance(Duration.FromMinutes(1));
        (await _reviewer.Post(path, new { queriedOn = "2026-03-02", rating = "medium" })).Expect(201);
        (await _reviewer.Approve(id)).Expect(409, "credit_blocked");
        (await (await _host.Given.Owner()).Approve(id)).Expect(200);
    }

    [Test]
    public async Task A_bad_credit_record_follows_the_company_into_its_next_application()
    {
        var first = await _company.Submitted();
        (await Query(first, "serious")).Expect(201);
        (await _reviewer.Post($"/vettings/{first}/reject", new { reasonCode = "credit_record" })).Expect(200);
        var second = await _company.Submitted();

        (await _reviewer.Approve(second)).Expect(409, "credit_blocked");

        _host.Time.Advance(Duration.FromMinutes(1));
        (await Query(second, "none")).Expect(201);
        (await _reviewer.Approve(second)).Expect(200);
    }

    [Test]
    public async Task A_bad_credit_record_ends_the_approval_that_the_company_has()
    {
        var id = await _company.Submitted();
        (await _reviewer.Approve(id)).Expect(200);
        var sessionId = await _host.Given.PublishedSession();

        (await Query(id, "extremely_serious")).Expect(201);

        var shown = (await _reviewer.Get($"/vettings/{id}")).Expect(200);
        Assert.That(shown["status"].GetString(), Is.EqualTo("revoked"));
        Assert.That(shown.Text, Does.Contain("credit_record"));
        (await _company.Api.Post($"/sessions/{sessionId}/reservations")).Expect(403, "company_not_vetted");
        Assert.That(
            await _host.Query<long>(
                "SELECT COUNT(*) FROM outbox WHERE kind = 'vetting.revoked.v1' AND body LIKE @id",
                new { id = $"%{id}%" }
            ),
            Is.EqualTo(1)
        );
    }

    [Test]
    public async Task A_bad_credit_record_older_than_a_good_one_ends_nothing()
    {
        var id = await _company.Submitted();
        (await Query(id, "none")).Expect(201);
        (await _reviewer.Approve(id)).Expect(200);

        (await Query(id, "serious", "2026-02-01")).Expect(201);

        Assert.That((await _reviewer.Get($"/vettings/{id}"))["status"].GetString(), Is.EqualTo("approved"));
    }

    Task<Reply> Query(string vettingId, string rating, string queriedOn = "2026-03-02") =>
        _reviewer.Post($"/vettings/{vettingId}/credit-queries", new { queriedOn, rating });

    [Test]
    public async Task A_credit_query_is_checked()
    {
        var id = await _company.Submitted();

        var refused = await _reviewer.Post(
            $"/vettings/{id}/credit-queries",
            new
            {
                queriedOn = "2026-03-03",
                rating = "bad",
                screenshotSha256 = "xyz",
            }
        );

        Assert.That(
            refused.Expect(422, "invalid_fields")["errors"].EnumerateObject().Select(field => field.Name),
            Is.EqualTo(["queriedOn", "rating", "screenshotSha256"])
        );
        (await _reviewer.Post($"/vettings/{id}/reject", new { reasonCode = "compliance" })).Expect(200);
        var late = await _reviewer.Post(
            $"/vettings/{id}/credit-queries",
            new { queriedOn = "2026-03-02", rating = "none" }
        );
        late.Expect(409, "wrong_vetting_status");
    }

    [Test]
    public async Task Where_the_operator_asks_for_one_a_fresh_credit_query_is_needed()
    {
        var id = await _company.Submitted();
        await using var strict = _host.Another(("CLOSEDDOOR_CREDIT_QUERY_REQUIRED", "true"));
        var reviewer = strict.As(_reviewer.Token!);

        (await reviewer.Approve(id)).Expect(409, "credit_query_needed");
        await reviewer.Post($"/vettings/{id}/credit-queries", new { queriedOn = "2026-01-30", rating = "none" });
        (await reviewer.Approve(id)).Expect(409, "credit_query_needed");
        await reviewer.Post($"/vettings/{id}/credit-queries", new { queriedOn = "2026-02-01", rating = "none" });
        (await reviewer.Approve(id)).Expect(200);
    }
}
