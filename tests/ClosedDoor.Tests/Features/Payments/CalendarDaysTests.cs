using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments;

/// <summary>Where a year's working days are not published, calendar days are counted, and whoever reads a deadline is told.</summary>
public class CalendarDaysTests
{
    TestHost _host = null!;
    TestCompany _company = null!;

    [SetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _host.Time.Advance(Duration.FromDays(302)); // The 29th of December 2026.
        _company = await _host.Given.VettedCompany();
    }

    [TearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task The_deadline_of_an_approval_says_so()
    {
        var sessionId = await _host.Given.PublishedSession(admission: "approval");
        _host.Time.Advance(Duration.FromDays(2)); // Two working days on lie in 2027.
        var applied = (await _company.Api.Reserve(sessionId)).Expect(201);
        Assert.That(applied["holdCountedInCalendarDays"].GetBoolean(), Is.False);

        var approved = (await (await _host.Given.Owner()).Post($"/reservations/{applied.Id}/approve")).Expect(200);

        Assert.That(approved["holdCountedInCalendarDays"].GetBoolean());
        (await Mail("参会申请已通过")).AssertSays("按自然日计算", "counted in calendar days");
    }

    [Test]
    public async Task A_refund_by_policy_says_so()
    {
        var sessionId = await _host.Given.PublishedSession();
        var (reservationId, _) = await _host.PaidSeat(_company, sessionId);

        var cancelled = (await _company.Api.Cancel(reservationId)).Expect(200);

        Assert.That(cancelled["refundCountedInCalendarDays"].GetBoolean());
        Assert.That(cancelled["refund.amount"].GetInt64(), Is.EqualTo(Moves.Price));
        (await Mail("的预订已取消")).AssertSays("按自然日计算", "counted in calendar days");
    }

    async Task<ReceivedMail> Mail(string words) =>
        (await _host.DeliverMails()).Single(mail => mail.PlainText.Contains(words, StringComparison.Ordinal));
}
