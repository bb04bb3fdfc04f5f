using System.Globalization;
using System.Text.Json;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Payments.Stripe;

/// <summary>Every change to checkout attempts. All of them run under the session's lock.</summary>
static class CheckoutTable
{
    static readonly string BeforeAnswer = CheckoutStates.Before(CheckoutTrigger.Answer);
    static readonly string BeforeComplete = CheckoutStates.Before(CheckoutTrigger.Complete);
    static readonly string BeforeEnd = CheckoutStates.Before(CheckoutTrigger.End);

    /// <summary>The next attempt of a payment, with all that will be sent to Stripe.</summary>
    public static async Task<AttemptRow> Add(Tx tx, PaymentRow payment, Instant now)
    {
        var expiresAt = now + CheckoutForm.OpenFor;
        var row = new AttemptRow
        {
            PaymentId = payment.Id,
            Number =
                1
                + await tx.Get<long>(
                    "SELECT COALESCE(MAX(number), 0) FROM checkout_attempt WHERE payment_id = @Id",
                    new { payment.Id }
                ),
            Status = CheckoutStatus.Opening.Word(),
            Livemode = StripeSetup.IsLive(tx.Settings) ? 1 : 0,
            ExpiresAt = expiresAt,
            CreatedAt = now,
        };
        var form = await CheckoutForm.For(tx, payment, row);
        row = row with { Form = JsonSerializer.Serialize(form.Pairs.Select(pair => new[] { pair.Key, pair.Value })) };
        await tx.Execute(
            """
            INSERT INTO checkout_attempt (payment_id, number, status, livemode, form, expires_at, declined, another, created_at)
            VALUES (@PaymentId, @Number, @Status, @Livemode, @Form, @ExpiresAt, 0, 0, @CreatedAt)
            """,
            row
        );
        await tx.Record(
            now,
            new Change(payment.SessionId, "checkout.attempted", payment.Id, After: new { row.Number, row.ExpiresAt })
        );
        return row;
    }

    /// <summary>Stripe has answered with the session. False when that is known already.</summary>
    public static async Task<bool> Opened(Tx tx, AttemptRow row, string checkoutId, string? url) =>
        await tx.Execute(
            $"""
            UPDATE checkout_attempt SET status = 'open', checkout_id = @checkoutId, url = @url
            WHERE payment_id = @PaymentId AND number = @Number AND {BeforeAnswer}
            """,
            new
            {
                row.PaymentId,
                row.Number,
                checkoutId,
                url,
            }
        ) == 1;

    /// <summary>
    /// It was given up without an answer, and now Stripe tells of its session all the same: money that came there is known
    /// by it. False when it has its session.
    /// </summary>
    public static async Task<bool> Named(Tx tx, AttemptRow row, string checkoutId) =>
        await tx.Execute(
            """
            UPDATE checkout_attempt SET checkout_id = @checkoutId
            WHERE payment_id = @PaymentId AND number = @Number AND checkout_id IS NULL
            """,
            new
            {
                row.PaymentId,
                row.Number,
                checkoutId,
            }
        ) == 1;

    /// <summary>Paid, or the money is under way.</summary>
    public static Task Completed(Tx tx, AttemptRow row) =>
        tx.Execute(
            $"""
            UPDATE checkout_attempt SET status = 'complete', url = NULL
            WHERE payment_id = @PaymentId AND number = @Number AND {BeforeComplete}
            """,
            row
        );

    /// <summary>It can never be paid any more, as Stripe says.</summary>
    public static Task Dead(Tx tx, AttemptRow row) =>
        tx.Execute(
            $"""
            UPDATE checkout_attempt SET status = 'dead', url = NULL
            WHERE payment_id = @PaymentId AND number = @Number AND {BeforeEnd}
            """,
            row
        );

    public static Task Declined(Tx tx, AttemptRow row) =>
        tx.Execute(
            $"""
            UPDATE checkout_attempt SET declined = 1
            WHERE payment_id = @PaymentId AND number = @Number AND {CheckoutStates.Live}
            """,
            row
        );

    /// <summary>The buyer wants another attempt, once this one is dead.</summary>
    public static Task WantAnother(Tx tx, AttemptRow row) =>
        tx.Execute("UPDATE checkout_attempt SET another = 1 WHERE payment_id = @PaymentId AND number = @Number", row);

    /// <summary>The payment's latest attempt.</summary>
    public static Task<AttemptRow?> Latest(Statements read, string paymentId) =>
        read.Find<AttemptRow>(
            $"{AttemptRow.Select} WHERE payment_id = @paymentId ORDER BY number DESC LIMIT 1",
            new { paymentId }
        );

    /// <summary>The attempts that nobody knows to be over, the first first.</summary>
    public static Task<List<AttemptRow>> Live(Statements read, string paymentId) =>
        read.All<AttemptRow>(
            $"{AttemptRow.Select} WHERE payment_id = @paymentId AND {CheckoutStates.Live} ORDER BY number",
            new { paymentId }
        );

    /// <summary>How many attempts of a payment Stripe has named no session for.</summary>
    public static Task<long> Unanswered(Statements read, string paymentId) =>
        read.Get<long>(
            "SELECT COUNT(*) FROM checkout_attempt WHERE payment_id = @paymentId AND checkout_id IS NULL",
            new { paymentId }
        );

    public static Task<AttemptRow?> Find(Statements read, string paymentId, long number) =>
        read.Find<AttemptRow>(
            $"{AttemptRow.Select} WHERE payment_id = @paymentId AND number = @number",
            new { paymentId, number }
        );

    public static Task<AttemptRow?> OfCheckout(Statements read, string checkoutId) =>
        read.Find<AttemptRow>(
            $"{AttemptRow.Select} WHERE checkout_id IS NOT NULL AND checkout_id = @checkoutId",
            new { checkoutId }
        );
}

sealed record AttemptRow
{
    public string PaymentId { get; init; } = "";
    public long Number { get; init; }
    public string Status { get; init; } = "";
    public long Livemode { get; init; }
    public string Form { get; init; } = "";
    public Instant ExpiresAt { get; init; }
    public string? CheckoutId { get; init; }
    public string? Url { get; init; }
    public long Declined { get; init; }
    public long Another { get; init; }
    public Instant CreatedAt { get; init; }

    public const string Select = """
        SELECT payment_id, number, status, livemode, form, expires_at, checkout_id, url, declined, another, created_at
        FROM checkout_attempt
        """;

    /// <summary>Whether it may still be paid, as far as we know.</summary>
    public bool IsLive => State.IsLive();

    public CheckoutStatus State => Words.Parse<CheckoutStatus>(Status);

    /// <summary><c>co:</c> and this opens it; <c>ex:</c> and this expires it.</summary>
    public string Key => FormattableString.Invariant($"{PaymentId}.{Number}");

    /// <summary>Whether a session at Stripe was opened for this attempt, as it says itself.</summary>
    public bool Has(CheckoutSession seen) => Named(seen) == (PaymentId, Number);

    /// <summary>The payment and the attempt that a session at Stripe names; null when it names none.</summary>
    public static (string PaymentId, long Number)? Named(CheckoutSession seen) =>
        seen is { ClientReferenceId: { } paymentId, Metadata: { } metadata }
        && long.TryParse(
            metadata.GetValueOrDefault("attempt"),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? (paymentId, number)
            : null;

    /// <summary>What was frozen, as it goes over the wire.</summary>
    public StripeForm FrozenForm()
    {
        var form = new StripeForm();
        foreach (var pair in JsonSerializer.Deserialize<string[][]>(Form)!)
            form.Add(pair[0], pair[1]);
        return form;
    }
}
