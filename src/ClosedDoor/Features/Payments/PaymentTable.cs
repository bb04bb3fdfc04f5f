using ClosedDoor.Domain;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Payments;

/// <summary>Every change to payments and to the money received for them. All of them run under the session's lock.</summary>
static class PaymentTable
{
    public static async Task<PaymentRow> Add(Tx tx, ReservationRow reservation, Deadline due, Instant now)
    {
        var row = new PaymentRow
        {
            Id = TypeId.New("pay", now),
            ReservationId = reservation.Id,
            SessionId = reservation.SessionId,
            CompanyId = reservation.CompanyId,
            Method = PaymentMethod.BankTransfer.Word(),
            Status = PaymentStatus.AwaitingTransfer.Word(),
            Reference = reservation.Code,
            Amount = reservation.PriceAmount,
            Currency = reservation.PriceCurrency,
            DueAt = due.At,
            DueInCalendarDays = due.CountedInCalendarDays ? 1 : 0,
            CreatedAt = now,
            Version = 1,
        };
        await tx.Execute(
            """
            INSERT INTO payment (id, reservation_id, session_id, company_id, method, status, reference, amount, currency,
                due_at, due_in_calendar_days, created_at, version)
            VALUES (@Id, @ReservationId, @SessionId, @CompanyId, @Method, @Status, @Reference, @Amount, @Currency,
                @DueAt, @DueInCalendarDays, @CreatedAt, @Version)
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
        return row;
    }

    /// <summary>Notes money that came in. False when this bank serial is recorded already: the same money is never counted twice.</summary>
    public static async Task<bool> AddReceipt(Tx tx, PaymentRow payment, BankReceipt receipt, Instant now)
    {
        var id = TypeId.New("rcp", now);
        var added = await tx.Execute(
            """
            INSERT INTO bank_receipt (id, payment_id, payee_account, bank_serial, amount, currency, payer_name, payer_account,
                received_on, recorded_by, recorded_at)
            VALUES (@id, @paymentId, @PayeeAccount, @BankSerial, @Amount, @Currency, @PayerName, @PayerAccount,
                @ReceivedOn, @actor, @now)
            ON CONFLICT (payee_account, bank_serial) DO NOTHING
            """,
            new
            {
                id,
                paymentId = payment.Id,
                receipt.PayeeAccount,
                receipt.BankSerial,
                receipt.Amount,
                payment.Currency,
                receipt.PayerName,
                receipt.PayerAccount,
                receipt.ReceivedOn,
                actor = tx.Actor,
                now,
            }
        );
        if (added == 1)
            await tx.Record(
                now,
                new Change(
                    payment.SessionId,
                    "payment.received",
                    payment.Id,
                    After: new
                    {
                        receipt = id,
                        receipt.Amount,
                        receipt.BankSerial,
                    }
                )
            );
        return added == 1;
    }

    /// <summary>False when the payment is not in the state that was read any more.</summary>
    public static async Task<bool> Move(Tx tx, PaymentRow row, PaymentStatus to, Instant now)
    {
        var moved = await tx.Execute(
            "UPDATE payment SET status = @to, version = version + 1 WHERE id = @Id AND status = @Status",
            new
            {
                row.Id,
                row.Status,
                to = to.Word(),
            }
        );
        if (moved == 1)
            await tx.Record(
                now,
                new Change(
                    row.SessionId,
                    $"payment.{to.Word()}",
                    row.Id,
                    new { status = row.State },
                    new { status = to }
                )
            );
        return moved == 1;
    }

    /// <summary>The reservation has ended: nothing more is awaited, and what has come in is due back.</summary>
    public static async Task End(Tx tx, string reservationId, PaymentStatus end, Instant now)
    {
        var live = await tx.Find<PaymentRow>(
            $"{PaymentRow.Select} WHERE reservation_id = @reservationId AND status IN ('awaiting_transfer', 'underpaid', 'overpaid', 'confirmed')",
            new { reservationId }
        );
        if (live is not null)
            await Move(tx, live, PaymentLife.Ended(live.Received, end), now);
    }
}

sealed record BankReceipt(
    string PayeeAccount,
    string BankSerial,
    long Amount,
    string PayerName,
    string? PayerAccount,
    LocalDate ReceivedOn
);

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
    public Instant DueAt { get; init; }
    public long DueInCalendarDays { get; init; }
    public Instant CreatedAt { get; init; }
    public long Version { get; init; }

    /// <summary>Everything that came in, in minor units.</summary>
    public long Received { get; init; }

    public PaymentStatus State => Words.Parse<PaymentStatus>(Status);

    public const string Select = """
        SELECT payment.*, CAST((SELECT COALESCE(SUM(bank_receipt.amount), 0) FROM bank_receipt WHERE bank_receipt.payment_id = payment.id) AS BIGINT) AS received
        FROM payment
        """;
}
