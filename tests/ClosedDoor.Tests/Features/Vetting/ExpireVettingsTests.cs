using ClosedDoor.Features.Vetting;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Vetting;

public class ExpireVettingsTests
{
    TestHost _host = null!;
    ApiClient _reviewer = null!;

    [SetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _reviewer = await _host.Given.Organizer(Permission.Review);
    }

    [TearDown]
    public async Task Stop() => await _host.DisposeAsync();

    async Task<(TestCompany Company, string VettingId)> Approved(LocalDate? certificateExpiry = null)
    {
        var company = await _host.Given.Company();
        var id = await company.Submitted(certificateExpiry);
        (await _reviewer.Approve(id)).Expect(200);
        return (company, id);
    }

    [Test]
    public async Task A_certificate_that_expires_before_the_session_day_blocks_the_seat()
    {
        var sessionId = await _host.Given.PublishedSession(); // 2026-03-30
        var (early, _) = await Approved(new LocalDate(2026, 3, 29));
        var (onTheDay, _) = await Approved(new LocalDate(2026, 3, 30));

        var refused = await early.Api.Post($"/sessions/{sessionId}/reservations");
        refused.Expect(403, "certificate_expires_before_session");
        (await onTheDay.Api.Post($"/sessions/{sessionId}/reservations")).Expect(201);
    }

    [Test]
    public async Task An_approval_ends_with_its_first_certificate_and_reads_so_before_any_job_ran()
    {
        var (company, id) = await Approved(new LocalDate(2026, 3, 20));
        var sessionId = await _host.Given.PublishedSession();
        _host.Time.Advance(Duration.FromDays(19)); // 2026-03-21

        var read = await company.Api.Get($"/vettings/{id}");
        Assert.That(read["status"].GetString(), Is.EqualTo("expired"));
        Assert.That(read["decision.reasonCode"].GetString(), Is.EqualTo("certificate_expired"));
        var listed = await _reviewer.Get($"/vettings?status=expired&companyId={company.Id}");
        Assert.That(listed["items"][0].GetProperty("status").GetString(), Is.EqualTo("expired"));
        Assert.That((await company.Api.Get($"/companies/{company.Id}"))["status"].GetString(), Is.EqualTo("unvetted"));
        (await company.Api.Post($"/sessions/{sessionId}/reservations")).Expect(403, "company_not_vetted");
        (await _reviewer.Post($"/vettings/{id}/revoke", new { reasonCode = "compliance" })).Expect(
            409,
            "wrong_vetting_status"
        );
    }

    [Test]
    public async Task The_job_ends_what_is_over_once_and_tells_the_company()
    {
        var (_, over) = await Approved(new LocalDate(2026, 3, 20));
        var (_, lasting) = await Approved();
        var job = new ExpireVettings(_host.Data);
        Assert.That(await job.RunOnce(_host.Time.Now + Duration.FromDays(18)), Is.Zero, "the last day counts");

        var now = _host.Time.Now + Duration.FromDays(19);
        Assert.That(await job.RunOnce(now), Is.EqualTo(1));
        Assert.That(await job.RunOnce(now), Is.Zero);

        var expired = await _reviewer.Get($"/vettings/{over}");
        Assert.That(expired["status"].GetString(), Is.EqualTo("expired"));
        Assert.That(expired["decision.reasonCode"].GetString(), Is.EqualTo("certificate_expired"));
        Assert.That(await _host.Notices("vetting.expired.v1", over), Is.EqualTo(1));
        Assert.That((await _reviewer.Get($"/vettings/{lasting}"))["status"].GetString(), Is.EqualTo("approved"));
    }

    [Test]
    public async Task After_twelve_months_an_approval_is_over()
    {
        var (_, id) = await Approved();

        await new ExpireVettings(_host.Data).RunOnce(Instant.FromUtc(2027, 3, 2, 1, 0));

        var expired = await _reviewer.Get($"/vettings/{id}");
        Assert.That(expired["decision.reasonCode"].GetString(), Is.EqualTo("validity_ended"));
    }

    [Test]
    public async Task Several_instances_that_sweep_at_once_end_each_approval_once()
    {
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
            ids.Add((await Approved(new LocalDate(2026, 3, 20))).VettingId);
        await using var other = _host.Another();
        var now = _host.Time.Now + Duration.FromDays(30);

        var ended = await Task.WhenAll(
            Enumerable
                .Range(0, 6)
                .Select(i => Task.Run(() => new ExpireVettings(i % 2 == 0 ? _host.Data : other.Data).RunOnce(now)))
        );

        Assert.That(ended.Sum(), Is.EqualTo(5));
        foreach (var id in ids)
            Assert.That(await _host.Notices("vetting.expired.v1", id), Is.EqualTo(1));
    }

    [Test]
    public async Task An_application_whose_certificate_ran_out_in_the_queue_is_not_approved()
    {
        var company = await _host.Given.Company();
        var id = await company.Submitted(new LocalDate(2026, 3, 10));
        _host.Time.Advance(Duration.FromDays(9));

        var refused = (await _reviewer.Approve(id)).Expect(422, "vetting_incomplete");

        Assert.That(
            refused["errors"].EnumerateObject().Select(field => field.Name),
            Is.EqualTo(["certificates[0].expiresOn"])
        );
    }
}
