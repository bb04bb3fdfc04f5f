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
    public static async Task<TakenPayment?> Take(Tx tx, string paymentId, Func<string, bool> maySee)
    {
        var reservationId = await tx.Find<string>(
            "SELECT reservation_id FROM payment WHERE id = @paymentId",
            new { paymentId }
        );
        if (
            reservationId is null
            || await ReservationTable.Take(tx, reservationId, maySee) is not var (reservation, sale)
        )
            return null;
        return new(await Get(tx, paymentId), reservation, sale);
    }

    /// <summary>As <see cref="Take(Tx, string, Func{string, bool})"/>, for jobs and messages.</summary>
    public static Task<TakenPayment?> Take(Tx tx, string paymentId) => Take(tx, paymentId, _ => true);

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

    /// <summary>
    /// Moves a payment as its life allows, and gives it as it then stands. Null when the trigger means nothing in its
    /// state, or it is not in the state that was read any more.
    /// </summary>
    public static async Task<PaymentRow?> Move(Tx tx, PaymentRow row, PaymentTrigger trigger, Instant now)
    {
        if (row.State.After(trigger) is not { } to)
            return null;
        if (to == row.State)
            return row;
        var moved = await tx.Execute(
            "UPDATE payment SET status = @to, version = version + 1 WHERE id = @Id AND status = @Status",
            new
            {
                row.Id,
                row.Status,
                to = to.Word(),
            }
        );
        if (moved == 0)
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
sealed record TakenPayment(PaymentRow Payment, ReservationRow Reservation, Sale Sale);

/// <summary>Money that has come in, as its source tells of it.</summary>
/// <param name="Account">Our account: its number, or <c>stripe:live</c> or <c>stripe:test</c>.</param>
/// <param name="Serial">What tells this money from all other on that account: the bank's serial, the payment intent.</param>
/// <param name="Amount">Fen, before the provider's fee.</param>
/// <param name="Fee">Fen that the provider keeps; 0 while it is not known.</param>
/// <param name="Origin">The serial under which it came in first, where it stayed here for another payment (<see cref="ApplyRefund"/>).</param>
sealed record MoneyReceived(
    PaymentMethod Method,
    string Account,
    string Serial,
    long Amount,
    string PayerName,
    string? PayerAccount,
    LocalDate ReceivedOn,
    long Fee = 0,
    string? Origin = null
)
{
    public const string StripeLive = "stripe:live";
    public const string StripeTest = "stripe:test";

    /// <summary>A payment intent that has succeeded.</summary>
    public static MoneyReceived ByStripe(
        string paymentIntent,
        long amount,
        bool livemode,
        LocalDate on,
        long fee = 0
    ) =>
        new(
            PaymentMethod.Stripe,
            livemode ? StripeLive : StripeTest,
            paymentIntent,
            amount,
            PayerName: "",
            PayerAccount: null,
            on,
            fee
        );
}

sealed record PaymentRow
{
    public string Id { get; init; } = "";
    public string ReservationId { get; init; } = "";
    public string SessionId { get; init; } = "";
    public string CompanyId { get; init; } = "";
    public string Method { get; init; } = "";
    public string Status { get; init; } = "";
    public string Reference { get; init; } = "";
    public long Amount { get; init; }
    public string Currency { get; init; } = "";
    public long? Livemode { get; init; }

    public long? RefundPercent { get; init; }
    public long? RefundFee { get; init; }

    /// <summary>Who gave its seat up; null while it stands, and where no money had come.</summary>
    public string? EndedBy { get; init; }
    public Instant DueAt { get; init; }
    public long DueInCalendarDays { get; init; }
    public Instant CreatedAt { get; init; }
    public long Version { get; init; }

    /// <summary>Everything that came in, in minor units.</summary>
    public long Received { get; init; }

    /// <summary>What is to go back and has not left yet.</summary>
    public long RefundsOpen { get; init; }

    /// <summary>What has gone back.</summary>
    public long Refunded { get; init; }

    /// <summary>What buyers' banks contest or have taken back.</summary>
    public long Disputed { get; init; }

    /// <summary>What is here and nobody contests: what of the price has come.</summary>
    public long Counted => Received - Disputed - RefundsOpen - Refunded;

    /// <summary>By which its seat was given up; null while it stands, and where no money had come.</summary>
    public RefundTerms? Terms => TermsOf(RefundPercent, RefundFee);

    public static RefundTerms? TermsOf(long? percent, long? fee) =>
        percent is null ? null : new((int)percent, fee ?? 0, 0, false);

    /// <summary>Where the buyer pays, while the checkout is open.</summary>
    public string? CheckoutUrl { get; init; }

    /// <summary>When the seat that it pays for goes; null once nothing lapses any more.</summary>
    public Instant? HoldExpiresAt { get; init; }

    public PaymentStatus State => Words.Parse<PaymentStatus>(Status);

    public PaymentMethod Way => Words.Parse<PaymentMethod>(Method);

    /// <summary>As it reads at this time: what nothing has swept yet is over all the same.</summary>
    public PaymentStatus StateAt(Instant now) =>
        HoldExpiresAt <= now
            ? State switch
            {
                PaymentStatus.AwaitingTransfer => PaymentStatus.Expired,
                PaymentStatus.Underpaid => PaymentStatus.RefundDue,
                var other => other,
            }
            : State;

    public const string Select = $"""
        SELECT payment.*,
            CAST((SELECT COALESCE(SUM(receipt.amount), 0) FROM receipt WHERE receipt.payment_id = payment.id) AS BIGINT) AS received,
            CAST((SELECT COALESCE(SUM(refund.amount), 0) FROM refund
                WHERE refund.payment_id = payment.id AND refund.{RefundRow.Open}) AS BIGINT) AS refunds_open,
            CAST((SELECT COALESCE(SUM(refund.amount), 0) FROM refund
                WHERE refund.payment_id = payment.id AND refund.status IN ('refunded', 'external_refund')) AS BIGINT) AS refunded,
            CAST((SELECT COALESCE(SUM(dispute.amount), 0) FROM dispute
                WHERE dispute.payment_id = payment.id AND dispute.status <> 'won') AS BIGINT) AS disputed,
            (SELECT hold_expires_at FROM reservation
                WHERE reservation.id = payment.reservation_id AND reservation.kept_for_checkout = 0) AS hold_expires_at,
            (SELECT MAX(url) FROM checkout_attempt WHERE checkout_attempt.payment_id = payment.id
                AND checkout_attempt.status = 'open' AND payment.status = 'open') AS checkout_url
        FROM payment
        """;
}
