using ClosedDoor.Domain;
using ClosedDoor.Features.Payments.Ledger;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Payments;

/// <summary>
/// Every change to payments and to the money received for them. All of them run under the session's lock. What money
/// does to a payment is decided in <see cref="Settle"/>.
/// </summary>
static class PaymentTable
{
    /// <summary>A payment with its reservation and its session locked; null when there is none, or it is another company's.</summary>
    public static async Task<LockedPayment?> Lock(Tx tx, string paymentId, Func<string, bool> maySee)
    {
        var reservationId = await tx.Find<string>(
            "SELECT reservation_id FROM payment WHERE id = @paymentId",
            new { paymentId }
        );
        if (
            reservationId is null
            || await ReservationTable.Lock(tx, reservationId, maySee) is not var (reservation, sale)
        )
            return null;
        return new(await Get(tx, paymentId), reservation, sale);
    }

    /// <summary>As <see cref="Lock(Tx, string, Func{string, bool})"/>, for jobs and messages.</summary>
    public static Task<LockedPayment?> Lock(Tx tx, string paymentId) => Lock(tx, paymentId, _ => true);

    public static Task<PaymentRow> Get(Statements read, string paymentId) =>
        read.Get<PaymentRow>($"{PaymentRow.Select} WHERE payment.id = @paymentId", new { paymentId });

    /// <param name="livemode">Of which of the provider's accounts; null for a bank transfer.</param>
    public static async Task<PaymentRow> Add(
        Tx tx,
        ReservationRow reservation,
        PaymentMethod method,
        Deadline due,
        Instant now,
        bool? livemode = null
    )
    {
        var row = new PaymentRow
        {
            Id = TypeId.New("pay", now),
            ReservationId = reservation.Id,
            SessionId = reservation.SessionId,
            CompanyId = reservation.CompanyId,
            Method = method.Word(),
            Status = (method is PaymentMethod.Stripe ? PaymentStatus.Opening : PaymentStatus.AwaitingTransfer).Word(),
            Reference = reservation.Code,
            Amount = reservation.PriceAmount,
            Currency = reservation.PriceCurrency,
            Livemode =
                livemode is null ? null
                : livemode.Value ? 1
                : 0,
            DueAt = due.At,
            DueInCalendarDays = due.CountedInCalendarDays ? 1 : 0,
            CreatedAt = now,
            Version = 1,
        };
        await tx.Execute(
            """
            INSERT INTO payment (id, reservation_id, session_id, company_id, method, status, reference, amount, currency,
                livemode, due_at, due_in_calendar_days, created_at, version)
            VALUES (@Id, @ReservationId, @SessionId, @CompanyId, @Method, @Status, @Reference, @Amount, @Currency,
                @Livemode, @DueAt, @DueInCalendarDays, @CreatedAt, @Version)
            """,
            row
        );
        await tx.Record(
            now,
            new Change(
                row.SessionId,
                "payment.requested",
                row.Id,
                After: new
                {
                    row.ReservationId,
                    row.Method,
                    row.Amount,
                    row.DueAt,
                }
            )
        );
        await Charge(tx, row, now);
        return row;
    }

    static Task Charge(Tx tx, PaymentRow row, Instant now) =>
        LedgerTable.Post(tx, Posting.Charge(row.Amount), row.Id, LedgerScope.Of(row), row.Currency, now, again: true);

    /// <summary>
    /// Notes money that came in, and only that: <see cref="Settle.Money"/> is what callers want. Null when this serial
    /// is recorded already: the same money is never counted twice.
    /// </summary>
    public static async Task<string?> AddReceipt(Tx tx, PaymentRow payment, MoneyReceived money, Instant now)
    {
        var id = TypeId.New("rcp", now);
        var added = await tx.Execute(
            """
            INSERT INTO receipt (id, payment_id, method, account, serial, origin, amount, currency, payer_name, payer_account,
                received_on, recorded_by, recorded_at)
            VALUES (@id, @paymentId, @method, @Account, @Serial, @Origin, @Amount, @Currency, @PayerName, @PayerAccount,
                @ReceivedOn, @actor, @now)
            ON CONFLICT (account, serial) DO NOTHING
            """,
            new
            {
                id,
                paymentId = payment.Id,
                method = money.Method.Word(),
                money.Account,
                money.Serial,
                money.Origin,
                money.Amount,
                payment.Currency,
                money.PayerName,
                money.PayerAccount,
                money.ReceivedOn,
                actor = tx.Actor,
                now,
            }
        );
        if (added == 0)
            return null;
        await tx.Record(
            now,
            new Change(
                payment.SessionId,
                "payment.received",
                payment.Id,
                After: new
                {
                    receipt = id,
                    money.Amount,
                    money.Serial,
                }
            )
        );
        return id;
    }

    /// <summary>Under which receipt of this payment the money is noted; null when it is not.</summary>
    public static Task<string?> ReceiptOf(Statements read, PaymentRow payment, MoneyReceived money) =>
        read.Find<string>(
            "SELECT id FROM receipt WHERE account = @Account AND serial = @Serial AND payment_id = @paymentId",
            new
            {
                money.Account,
                money.Serial,
                paymentId = payment.Id,
            }
        );

    /// <summary>
    /// Changes a payment's state as its life allows, and gives it as it then stands. Null when the trigger means nothing in its
    /// state, or it is not in the state that was read any more.
    /// </summary>
    public static async Task<PaymentRow?> Transition(Tx tx, PaymentRow row, PaymentTrigger trigger, Instant now)
    {
        if (row.State.After(trigger) is not { } to)
            return null;
        if (to == row.State)
            return row;
        var done = await tx.Execute(
            "UPDATE payment SET status = @to, version = version + 1 WHERE id = @Id AND status = @Status",
            new
            {
                row.Id,
                row.Status,
                to = to.Word(),
            }
        );
        if (done == 0)
            return null;
        await tx.Record(
            now,
            new Change(row.SessionId, $"payment.{to.Word()}", row.Id, new { status = row.State }, new { status = to })
        );
        if (RefundRules.ChargeBetween(row.State, to) is var charge && charge > 0)
            await Charge(tx, row, now);
        if (charge < 0)
            await LedgerTable.Post(
                tx,
                Posting.ChargeReversed(row.Amount),
                row.Id,
                LedgerScope.Of(row),
                row.Currency,
                now,
                again: true
            );
        return row with { Status = to.Word(), Version = row.Version + 1 };
    }

    /// <summary>Its seat is gone: from now on these terms say what goes back.</summary>
    public static async Task<PaymentRow> End(Tx tx, PaymentRow row, RefundTerms terms, Instant now)
    {
        await tx.Execute(
            "UPDATE payment SET refund_percent = @Percent, refund_fee = @Fee, ended_by = @Actor WHERE id = @Id",
            new
            {
                row.Id,
                Percent = (long)terms.Percent,
                terms.Fee,
                tx.Actor,
            }
        );
        await tx.Record(
            now,
            new Change(row.SessionId, "payment.ended", row.Id, After: new { terms.Percent, terms.Fee })
        );
        return row with { RefundPercent = terms.Percent, RefundFee = terms.Fee, EndedBy = tx.Actor };
    }

    /// <summary>A new checkout attempt has a new deadline.</summary>
    public static Task SetDue(Tx tx, PaymentRow row, Instant dueAt) =>
        tx.Execute("UPDATE payment SET due_at = @dueAt, version = version + 1 WHERE id = @Id", new { row.Id, dueAt });
}

/// <summary>A payment that its transaction may change: the session's lock is held.</summary>
sealed record LockedPayment(PaymentRow Payment, ReservationRow Reservation, Sale Sale);
