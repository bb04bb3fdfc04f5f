using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Payments.Refunds;

/// <summary>Every change to refunds. All of them run under the session's lock; the rules are in <see cref="Refunding"/>.</summary>
static class RefundTable
{
    public static async Task<RefundRow> Add(Tx tx, RefundRow row, Instant now)
    {
        row = row with { Id = TypeId.New("rfd", now), CreatedAt = now, Version = 1 };
        await tx.Execute(
            """
            INSERT INTO refund (id, payment_id, receipt_id, reservation_id, session_id, company_id, method, status, because,
                note, amount, currency, payee_name, payee_account, by_hand, requested_by, provider_refund_id, offered_until,
                out_of_price, given, created_at, version)
            VALUES (@Id, @PaymentId, @ReceiptId, @ReservationId, @SessionId, @CompanyId, @Method, @Status, @Because,
                @Note, @Amount, @Currency, @PayeeName, @PayeeAccount, @ByHand, @RequestedBy, @ProviderRefundId, @OfferedUntil,
                @OutOfPrice, @Given, @CreatedAt, @Version)
            """,
            row
        );
        await tx.Record(
            now,
            new Change(
                row.SessionId,
                "refund.requested",
                row.Id,
                After: new
                {
                    row.PaymentId,
                    row.Status,
                    row.Because,
                    row.Amount,
                    row.OutOfPrice,
                    row.Given,
                }
            )
        );
        return row;
    }

    /// <summary>
    /// Changes a refund's state as its life allows. Null when the trigger means nothing in its state. <paramref name="change"/>
    /// sets what comes with it: who approved, the provider's id, the bank's serial, another payee.
    /// </summary>
    public static async Task<RefundRow?> Transition(
        Tx tx,
        RefundRow row,
        RefundTrigger trigger,
        Instant now,
        Func<RefundRow, RefundRow>? change = null
    )
    {
        if (row.State.After(trigger) is not { } to)
            return null;
        var after = (change?.Invoke(row) ?? row) with
        {
            Status = to.Word(),
            LetThroughAt = to is RefundStatus.RefundDue ? now : row.LetThroughAt,
            Version = row.Version + 1,
        };
        var done = await tx.Execute(
            """
            UPDATE refund SET status = @Status, by_hand = @ByHand, payee_name = @PayeeName, payee_account = @PayeeAccount,
                letter = @Letter, requested_by = @RequestedBy, approved_by = @ApprovedBy,
                provider_refund_id = @ProviderRefundId, paid_from = @PaidFrom, bank_serial = @BankSerial, paid_on = @PaidOn,
                paid_by = @PaidBy, applied_to = @AppliedTo, asked = @Asked, failure = @Failure,
                let_through_at = @LetThroughAt, version = @Version
            WHERE id = @Id AND status = @was
            """,
            new
            {
                after.Id,
                after.Status,
                after.ByHand,
                after.PayeeName,
                after.PayeeAccount,
                after.Letter,
                after.RequestedBy,
                after.ApprovedBy,
                after.ProviderRefundId,
                after.PaidFrom,
                after.BankSerial,
                after.PaidOn,
                after.PaidBy,
                after.AppliedTo,
                after.Asked,
                after.Failure,
                after.LetThroughAt,
                after.Version,
                was = row.Status,
            }
        );
        if (done == 0)
            return null;
        await tx.Record(
            now,
            new Change(
                row.SessionId,
                $"refund.{to.Word()}",
                row.Id,
                new { status = row.State },
                new
                {
                    status = to,
                    after.ApprovedBy,
                    after.ProviderRefundId,
                    after.BankSerial,
                    after.AppliedTo,
                }
            )
        );
        return after;
    }

    /// <summary>From here on the provider may have been asked; the company's time to want it for another seat is over.</summary>
    public static Task Ask(Tx tx, RefundRow row) =>
        tx.Execute("UPDATE refund SET asked = 1, offered_until = NULL WHERE id = @Id", new { row.Id });

    /// <summary>The provider has not got it, whatever was asked.</summary>
    public static Task NotAsked(Tx tx, RefundRow row) =>
        tx.Execute("UPDATE refund SET asked = 0 WHERE id = @Id AND status = 'refund_due'", new { row.Id });

    /// <summary>How much of it counts as given changes, once it is known what it was for.</summary>
    public static async Task CountAsGiven(Tx tx, RefundRow row, long outOfPrice, long given, Instant now)
    {
        await tx.Execute(
            "UPDATE refund SET out_of_price = @outOfPrice, given = @given, version = version + 1 WHERE id = @Id",
            new
            {
                row.Id,
                outOfPrice,
                given,
            }
        );
        await tx.Record(
            now,
            new Change(
                row.SessionId,
                "refund.recounted",
                row.Id,
                new { row.OutOfPrice, row.Given },
                new { OutOfPrice = outOfPrice, Given = given }
            )
        );
    }

    /// <summary>
    /// False when this serial proves another payout already: a refund's (<c>rfd_</c>), or the return of money that was
    /// nobody's (<c>bln_</c>).
    /// </summary>
    public static async Task<bool> TakeSerial(Tx tx, string subject, string account, string serial, Instant now) =>
        await tx.Execute(
            """
            INSERT INTO payout_serial (account, serial, subject, at) VALUES (@account, @serial, @subject, @now)
            ON CONFLICT (account, serial) DO NOTHING
            """,
            new
            {
                subject,
                account,
                serial,
                now,
            }
        ) == 1;

    public static Task<RefundRow?> Find(Statements read, string id) =>
        read.Find<RefundRow>("SELECT * FROM refund WHERE id = @id", new { id });

    /// <summary>By the id under which the provider knows it.</summary>
    public static Task<RefundRow?> OfProvider(Statements read, string providerRefundId) =>
        read.Find<RefundRow>(
            "SELECT * FROM refund WHERE provider_refund_id = @providerRefundId",
            new { providerRefundId }
        );

    /// <summary>In the order in which they were made.</summary>
    public static Task<List<RefundRow>> Of(Statements read, string paymentId) =>
        read.All<RefundRow>(
            "SELECT * FROM refund WHERE payment_id = @paymentId ORDER BY created_at, id",
            new { paymentId }
        );
}
