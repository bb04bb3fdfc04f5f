using ClosedDoor.Features.Companies;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Mail;
using NodaTime;

namespace ClosedDoor.Features.Payments.Stripe;

/// <summary>What Stripe is asked to open a checkout with.</summary>
static class CheckoutForm
{
    /// <summary>Stripe takes 30 minutes at the least; the one more is for the way there.</summary>
    public static readonly Duration OpenFor = Duration.FromMinutes(31);

    /// <summary>Stripe's least, counted from when it takes the call.</summary>
    public static readonly Duration Shortest = Duration.FromMinutes(30);

    /// <summary>After its expiry, for it to be closed and for what was under way to arrive.</summary>
    public static readonly Duration Closing = Duration.FromMinutes(5);

    /// <summary>Fen: eight digits at the most.</summary>
    public const long LargestAmount = 99_999_999;

    /// <summary>Where Stripe's answers name what is ours.</summary>
    public const string PaymentMetadata = "payment";

    public static async Task<StripeForm> For(Tx tx, PaymentRow payment, AttemptRow attempt)
    {
        var title = await tx.Get<string>("SELECT title FROM session WHERE id = @SessionId", new { payment.SessionId });
        var company = await Addressee.Find(tx, payment.CompanyId);
        var back = Links.Reservation(tx.Settings, payment.ReservationId);
        var form = new StripeForm()
            .Add("mode", "payment")
            .Add("client_reference_id", payment.Id)
            .Add("expires_at", attempt.ExpiresAt.ToUnixTimeSeconds())
            .Add("success_url", $"{back}?payment={payment.Id}&checkout={{CHECKOUT_SESSION_ID}}")
            .Add("cancel_url", $"{back}?payment={payment.Id}")
            .Add("locale", "zh")
            .Add("submit_type", "book")
            .Add("line_items[0][quantity]", 1)
            .Add("line_items[0][price_data][currency]", payment.Currency.ToLowerInvariant())
            .Add("line_items[0][price_data][unit_amount]", payment.Amount)
            .Add("line_items[0][price_data][product_data][name]", $"席位 {payment.Reference}：{title}");
        if (company is not null)
            form.Add("customer_email", company.ContactEmail);
        // On the session and on the payment intent: events name the one or the other.
        foreach (var at in new[] { "metadata", "payment_intent_data[metadata]" })
            form.Add($"{at}[{PaymentMetadata}]", payment.Id).Add($"{at}[attempt]", attempt.Number);
        return form.Add("payment_method_options[wechat_pay][client]", "web").Add("adaptive_pricing[enabled]", "false");
    }
}
