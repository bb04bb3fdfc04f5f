using ClosedDoor.Domain;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Outbox;
using ClosedDoor.Tests.Given;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

/// <summary>What companies read, from the request that causes it to the file in the mail folder.</summary>
public class SentMailTests
{
    TestHost _host = null!;
    TestCompany _company = null!;

    [SetUp]
    public async Task Start()
    {
        _host = await TestHost.Create(("CLOSEDDOOR_PUBLIC_URL", "https://seats.example.com/"));
        _company = await _host.Given.VettedCompany();
    }

    [TearDown]
    public async Task Stop() => await _host.DisposeAsync();

    Task<List<ReceivedMail>> Deliver() => _host.DeliverMails();

    Task<ReceivedMail> DeliverOne() => _host.DeliverOneMail();

    async Task Lapse()
    {
        _host.Time.Advance(Duration.FromDays(10));
        await new SweepReservations(_host.Data).RunOnce(_host.Time.Now);
    }

    async Task<ReceivedMail> Receive(string paymentId, long amount, string serial)
    {
        await Record(paymentId, amount, serial);
        return await DeliverOne();
    }

    async Task Record(string paymentId, long amount, string serial) =>
        (
            await (await _host.Given.Owner()).Post(
                $"/payments/{paymentId}/receive",
                new
                {
                    bankSerial = serial,
                    amount = new { amount, currency = "CNY" },
                    payerName = _company.Name,
                    receivedOn = Zones.Today(_host.Time.Now),
                }
            )
        ).Expect(200);

    [Test]
    public async Task A_held_seat_with_its_number_deadline_and_where_to_go_on()
    {
        var sessionId = await _host.Given.PublishedSession();
        var reservationId = await _host.Given.Hold(_company, sessionId);

        var mail = await DeliverOne();

        Assert.That(
            mail.Subject,
            Is.EqualTo("席位已暂留：医疗机构对接闭门会（北京） / Seat held: 医疗机构对接闭门会（北京）")
        );
        Assert.That(mail.Headers["To"], Is.EqualTo(_company.Email));
        mail.AssertSays(
            _company.Name,
            "2026年3月2日 09:36（北京时间）",
            "2 March 2026, 09:36 (Beijing time)",
            "2026年3月30日 09:00（北京时间）",
            "席位号",
            "Seat number",
            $"https://seats.example.com/reservations/{reservationId}"
        );
        Assert.That(mail.PlainText, Does.Contain("Seat number: 1\r\n"));
        Assert.That(mail.PlainText, Does.Not.Contain("示例会场"), "The venue is not for mails.");
    }

    [Test]
    public async Task A_hold_that_has_gone_on_or_lapsed_by_the_time_of_sending_is_not_announced()
    {
        var (_, _) = await _host.Given.AwaitingTransfer(_company, await _host.Given.PublishedSession());

        Assert.That((await DeliverOne()).Subject, Does.StartWith("请对公转账"));
    }

    [Test]
    public async Task An_application_its_approval_and_its_refusal_with_the_reason()
    {
        var sessionId = await _host.Given.PublishedSession(admission: "approval");
        var organizer = await _host.Given.Owner();
        var first = await _host.Given.Hold(_company, sessionId);
        Assert.That((await DeliverOne()).Subject, Does.StartWith("参会申请已收到"));

        (await organizer.Post($"/reservations/{first}/approve")).Expect(200);
        var approved = await DeliverOne();
        Assert.That(approved.Subject, Does.StartWith("参会申请已通过").And.Contain("Application approved"));
        approved.AssertSays("2026年3月4日 24:00（北京时间）", "4 March 2026, 24:00 (Beijing time)");

        var other = await _host.Given.VettedCompany();
        var second = await _host.Given.Hold(other, sessionId);
        await Deliver();
        (await organizer.Post($"/reservations/{second}/decline", new { reason = "本场次<重点专科>不符" })).Expect(200);
        var declined = await DeliverOne();
        Assert.That(declined.Headers["To"], Is.EqualTo(other.Email));
        Assert.That(declined.PlainText, Does.Contain("原因：本场次<重点专科>不符"));
        Assert.That(declined.Html, Does.Contain("本场次&lt;重点专科&gt;不符"));
    }

    [Test]
    public async Task A_payment_request_with_all_that_a_bank_transfer_needs()
    {
        var (reservationId, paymentId) = await _host.Given.AwaitingTransfer(
            _company,
            await _host.Given.PublishedSession()
        );
        var payment = (await _company.Api.Get($"/payments/{paymentId}")).Expect(200);

        var mail = await DeliverOne();

        mail.AssertSays(
            payment["reference"].GetString()!,
            "附言",
            "¥38,800.00",
            "示例主办方",
            "110000000000000001",
            "示例银行北京分行",
            "2026年3月5日 24:00（北京时间）",
            "5 March 2026, 24:00 (Beijing time)",
            $"https://seats.example.com/reservations/{reservationId}"
        );
    }

    [Test]
    public async Task Money_that_is_too_little_then_the_rest()
    {
        var (_, paymentId) = await _host.Given.AwaitingTransfer(_company, await _host.Given.PublishedSession());
        await Deliver();

        var underpaid = await Receive(paymentId, 3_000_000, "1");
        Assert.That(underpaid.Subject, Does.StartWith("款项不足，请补足"));
        underpaid.AssertSays("¥38,800.00", "¥30,000.00", "¥8,800.00", "110000000000000001");

        var confirmed = await Receive(paymentId, 880_000, "2");
        Assert.That(confirmed.Subject, Does.StartWith("席位已确认").And.Contain("Seat confirmed"));
        confirmed.AssertSays("2026年3月29日 09:00（北京时间）");
    }

    [Test]
    public async Task Nobody_is_asked_for_money_that_has_come_in_the_meantime()
    {
        var (_, paymentId) = await _host.Given.AwaitingTransfer(_company, await _host.Given.PublishedSession());

        var mail = await Receive(paymentId, 3_880_000, "1");

        Assert.That(mail.Subject, Does.StartWith("席位已确认"));
    }

    [Test]
    public async Task A_hold_that_lapsed()
    {
        await _host.Given.Hold(_company, await _host.Given.PublishedSession());
        await Deliver();

        await Lapse();

        var mail = await DeliverOne();
        Assert.That(mail.Subject, Does.StartWith("预订已失效").And.Contain("Reservation expired"));
        Assert.That(mail.PlainText, Does.Not.Contain("席位号"), "The seat is another's by now.");
    }

    [Test]
    public async Task A_lapsed_seat_says_that_the_part_already_paid_goes_back()
    {
        var (_, paymentId) = await _host.Given.AwaitingTransfer(_company, await _host.Given.PublishedSession());
        await Record(paymentId, 3_000_000, "1");
        await Deliver();

        await Lapse();

        (await DeliverOne()).AssertSays("待退款金额", "To be refunded", "¥30,000.00");
    }

    [Test]
    public async Task Money_that_came_too_late_for_a_seat_goes_back()
    {
        var sessionId = await _host.Given.PublishedSession(seatCap: 1);
        var (_, paymentId) = await _host.Given.AwaitingTransfer(_company, sessionId);
        await Lapse();
        await _host.Given.Hold(await _host.Given.VettedCompany(), sessionId);
        await Deliver();

        var mail = await Receive(paymentId, 3_880_000, "1");

        Assert.That(mail.Subject, Does.StartWith("款项将退还").And.Contain("Payment to be refunded"));
        mail.AssertSays("¥38,800.00");
    }

    [Test]
    public async Task A_promotion_from_the_waitlist_with_a_deadline_of_its_own()
    {
        var sessionId = await _host.Given.PublishedSession(seatCap: 1);
        var first = await _host.Given.Hold(_company, sessionId);
        var waiting = await _host.Given.VettedCompany();
        (await waiting.Api.Post($"/sessions/{sessionId}/waitlist")).Expect(201);
        await Deliver();

        (await _company.Api.Post($"/reservations/{first}/cancel", new { reason = "行程冲突" })).Expect(200);

        var mails = await Deliver();
        var cancelled = mails.Single(mail => mail.Headers["To"] == _company.Email);
        Assert.That(cancelled.Subject, Does.StartWith("预订已取消").And.Contain("Reservation cancelled"));
        cancelled.AssertSays("行程冲突");
        var promoted = mails.Single(mail => mail.Headers["To"] == waiting.Email);
        Assert.That(promoted.Subject, Does.StartWith("候补已递补").And.Contain("Promoted from the waitlist"));
        promoted.AssertSays("2026年3月4日 24:00（北京时间）");
    }

    [Test]
    public async Task A_session_that_is_over_to_those_who_wait()
    {
        var sessionId = await _host.Given.PublishedSession(seatCap: 1);
        var (_, paymentId) = await _host.Given.AwaitingTransfer(_company, sessionId);
        await Record(paymentId, 3_880_000, "1");
        var waiting = await _host.Given.VettedCompany();
        (await waiting.Api.Post($"/sessions/{sessionId}/waitlist")).Expect(201);
        await Deliver();

        var begins = await _host.Query<long>("SELECT begins_at FROM session WHERE id = @sessionId", new { sessionId });
        _host.Time.Advance(NodaTime.Instant.FromUnixTimeMilliseconds(begins) - _host.Time.Now);
        var owner = await _host.Given.Owner();
        (await owner.Post($"/sessions/{sessionId}/close")).Expect(200);
        (await owner.Post($"/sessions/{sessionId}/complete")).Expect(200);

        (await Deliver())
            .Single(mail => mail.Headers["To"] == waiting.Email)
            .AssertSays("场次已结束", "closed-door session below is over");
    }

    [Test]
    public async Task A_cancelled_session_to_those_with_a_seat_and_to_those_who_wait()
    {
        var sessionId = await _host.Given.PublishedSession(seatCap: 1);
        var (_, paymentId) = await _host.Given.AwaitingTransfer(_company, sessionId);
        await Record(paymentId, 3_880_000, "1");
        var waiting = await _host.Given.VettedCompany();
        (await waiting.Api.Post($"/sessions/{sessionId}/waitlist")).Expect(201);
        await Deliver();

        (await (await _host.Given.Owner()).Post($"/sessions/{sessionId}/cancel")).Expect(200);

        var mails = await Deliver();
        mails
            .Single(mail => mail.Headers["To"] == _company.Email)
            .AssertSays("场次已取消", "the session is cancelled", "¥38,800.00");
        var passed = mails.Single(mail => mail.Headers["To"] == waiting.Email);
        Assert.That(passed.Subject, Does.StartWith("候补已结束"));
        passed.AssertSays("已取消", "is cancelled");
    }

    [Test]
    public async Task A_company_passed_over_on_the_waitlist_is_told_why()
    {
        var sessionId = await _host.Given.PublishedSession(seatCap: 1);
        var first = await _host.Given.Hold(_company, sessionId);
        var waiting = await _host.Given.VettedCompany();
        (await waiting.Api.Post($"/sessions/{sessionId}/waitlist")).Expect(201);
        await _host.Tamper("UPDATE vetting SET status = 'revoked' WHERE company_id = @Id", new { waiting.Id });
        await Deliver();

        (await _company.Api.Post($"/reservations/{first}/cancel", new { reason = "行程冲突" })).Expect(200);

        var passed = (await Deliver()).Single(mail => mail.Headers["To"] == waiting.Email);
        passed.AssertSays("资质审核", "vetting");
    }

    [Test]
    public async Task A_mail_about_what_is_gone_is_finished_quietly()
    {
        await _host.Given.Hold(_company, await _host.Given.PublishedSession());
        await _host.Tamper("UPDATE company SET contact_email = ''");
        await _host.Data.Write(
            "test",
            async tx =>
            {
                await tx.Send(ReserveSeat.Held, new Notice("rsv_gone"), _host.Time.Now);
                return true;
            }
        );

        Assert.That(await Deliver(), Is.Empty);
    }

    [Test]
    public async Task A_kill_between_sending_and_finishing_leaves_one_mail_after_the_redelivery()
    {
        await _host.Given.Hold(_company, await _host.Given.PublishedSession());
        var worker = _host.Get<OutboxWorker>();
        var handlers = _host.Get<OutboxHandlers>();
        var claimed = (await worker.Claim(_host.Time.Now)).Single();
        await handlers[claimed.Kind]
            (
                claimed,
                new(
                    _host.Data,
                    _host.Get<ClosedDoor.Platform.Settings>(),
                    _host.Get<ClosedDoor.Platform.Mail.Mailer>(),
                    _host.Time.Now,
                    CancellationToken.None
                )
            ); // And then the process is killed.
        Assert.That(Directory.GetFiles(_host.MailFolder), Has.Length.EqualTo(1));

        _host.Time.Advance(OutboxWorker.LeaseFor);
        Assert.That(await worker.RunOnce(_host.Time.Now), Is.EqualTo(1));

        Assert.That(Directory.GetFiles(_host.MailFolder), Has.Length.EqualTo(1));
    }
}
