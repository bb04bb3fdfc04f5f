using ClosedDoor.Domain;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Payments;

/// <summary>
/// Finance records money that has arrived. It is a fact, so it is never refused for coming late or in the wrong amount:
/// enough of it confirms the seat; too little is awaited; for a seat that has lapsed, a free one is taken, and without
/// one the money is due back. Losing it is the mistake that this avoids.
/// </summary>
public static class ReceiveTransfer
{
    public const string Confirmed = "reservation.confirmed.v1";
    public const string Underpaid = "payment.underpaid.v1";
    public const string RefundDue = "payment.refund_due.v1";

    public sealed record Request(
        string? BankSerial,
        MoneyView? Amount,
        string? PayerName,
        LocalDate? ReceivedOn,
        string? PayerAccount = null
    );

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/payments/{paymentId}/receive", Handle)
            .Named("ReceiveTransfer", "Record money that has arrived by bank transfer")
            .RequireAuthorization(Policy.Finance)
            .Answers<PaymentView>()
            .Refuses(
                Refusals.NotFound,
                Refusals.Invalid,
                Refusals.StaleVersion,
                Refusals.BankSerialRecorded,
                Refusals.PaymentMethodUnavailable
            )
            .Example(
                new Request(
                    "2027030100001",
                    new MoneyView(3_880_000, "CNY"),
                    "示例企业一",
                    new LocalDate(2027, 2, 20),
                    "6222000000000000"
                )
            );

    static async Task<IResult> Handle(string paymentId, Request request, Caller caller, Database db) =>
        (await Execute(db, caller, paymentId, request)).ToOk();

    public static async Task<Outcome<PaymentView>> Execute(
        Database db,
        Caller caller,
        string paymentId,
        Request request
    )
    {
        var errors = new FieldErrors();
        // As banks write it, however it was typed: the same money must not be counted twice for a lower-case letter.
        var serial = HalfWidth.Of(errors.Text("bankSerial", request.BankSerial, 64)).ToUpperInvariant();
        var payerName = errors.Text("payerName", request.PayerName, 100);
        var payerAccount = errors.OptionalText("payerAccount", request.PayerAccount, 40);
        var receivedOn = errors.Required("receivedOn", request.ReceivedOn);
        if (receivedOn > Zones.Today(caller.Now))
            errors.Add("receivedOn", "不得晚于今天。", "Must not lie in the future.");
        if (request.Amount is null)
            errors.Add("amount", "必填。", "Required.");
        var amount = errors.Within("amount.amount", request.Amount?.Amount ?? 1, 1, 1_000_000_000_00);
        if (request.Amount is { Currency: not "CNY" })
            errors.Add("amount.currency", "目前仅支持 CNY。", "Only CNY is taken.");
        if (errors.Refusal is { } invalid)
            return invalid;

        return await db.Write<PaymentView>(
            caller,
            async tx =>
            {
                if (PayeeView.From(tx.Settings) is not { } payee)
                    return Refusals.PaymentMethodUnavailable;
                var reservationId = await tx.Find<string>(
                    "SELECT reservation_id FROM payment WHERE id = @paymentId",
                    new { paymentId }
                );
                if (
                    reservationId is null
                    || await ReservationTable.Take(tx, reservationId, caller.MaySee) is not var (reservation, sale)
                )
                    return Refusals.NotFound;
                var payment = await tx.Get<PaymentRow>($"{PaymentRow.Select} WHERE id = @paymentId", new { paymentId });
                if (caller.Stale(payment.Version) is { } stale)
                    return stale;
                var receipt = new BankReceipt(payee.Account, serial, amount, payerName, payerAccount, receivedOn);
                if (!await PaymentTable.AddReceipt(tx, payment, receipt, caller.Now))
                    return Refusals.BankSerialRecorded;

                await Settle(tx, payment, reservation, sale, amount, caller.Now);
                payment = await tx.Get<PaymentRow>($"{PaymentRow.Select} WHERE id = @paymentId", new { paymentId });
                return PaymentView.Of(payment, payee);
            }
        );
    }

    /// <summary>Makes of payment and reservation what the money, with the <paramref name="arrived"/> fen, says.</summary>
    static async Task Settle(
        Tx tx,
        PaymentRow payment,
        ReservationRow reservation,
        Sale sale,
        long arrived,
        Instant now
    )
    {
        var received = checked(payment.Received + arrived);
        var enough = received >= payment.Amount;

        var hasSeat =
            reservation.State is ReservationStatus.Confirmed or ReservationStatus.Attended or ReservationStatus.NoShow;
        if (reservation.State is ReservationStatus.AwaitingPayment && (enough || !reservation.HasLapsed(now)))
        {
            // The seat is still this company's row, even when its time has just run out and nothing has swept it.
            hasSeat = true;
            if (enough && await ReservationTable.Move(tx, reservation, ReservationTrigger.Pay, now) is not null)
                await tx.Send(Confirmed, new Notice(reservation.Id), now);
        }
        else if (reservation.State is ReservationStatus.Expired && enough)
        {
            hasSeat = await TakeSeatAgain(tx, reservation, sale, now);
        }

        var to = PaymentLife.Received(received, payment.Amount, hasSeat);
        if (to != payment.State)
            await PaymentTable.Move(tx, payment, to, now);
        if (to is PaymentStatus.Underpaid)
            await tx.Send(Underpaid, new Notice(payment.Id), now);
        if (to is PaymentStatus.RefundDue)
            await tx.Send(RefundDue, new Notice(payment.Id), now);
    }

    /// <summary>Late money takes a seat that is free once those who waited have theirs.</summary>
    static async Task<bool> TakeSeatAgain(Tx tx, ReservationRow reservation, Sale sale, Instant now)
    {
        await ReservationEnd.ReleaseAndPromote(tx, sale, now);
        var room = await Room.Look(tx, sale.SessionId, reservation.CompanyId, now);
        if (room.Own > 0 || Admittance.CheckLate(sale, room.Vetting, Zones.Today(now), now) is not null)
            return false;
        if (await SeatTable.Claim(tx, sale.SessionId, reservation.Id) is not { } seat)
            return false;
        if (await ReservationTable.Move(tx, reservation, ReservationTrigger.Pay, now, seat: seat) is null)
            throw new InvalidOperationException(
                $"Expired reservation {reservation.Id} could not be confirmed under its session's lock."
            );
        await tx.Send(Confirmed, new Notice(reservation.Id), now);
        return true;
    }
}
