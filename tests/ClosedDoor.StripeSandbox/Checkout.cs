using System.Text.Json.Nodes;

namespace ClosedDoor.StripeSandbox;

/// <summary>Checkout sessions: open until they are completed, expired by a call, or overdue.</summary>
static class Checkout
{
    const long Shortest = 30 * 60;
    const long Longest = 24 * 3600;

    /// <summary>Eight digits at the most: ¥999,999.99.</summary>
    const long LargestAmount = 99_999_999;

    static readonly string[] SubmitTypes = ["auto", "book", "donate", "pay"];
    static readonly string[] Locales = ["auto", "en", "zh", "zh-HK", "zh-TW"];

    public static JsonObject Create(Account account, Form form, string payBase)
    {
        form.Allow(
            "mode",
            "success_url",
            "cancel_url",
            "expires_at",
            "locale",
            "submit_type",
            "customer_email",
            "client_reference_id",
            "line_items",
            "metadata",
            "payment_intent_data",
            "payment_method_options",
            "payment_method_types",
            "adaptive_pricing"
        );
        if (form.Required("mode") != "payment")
            throw StripeProblem.Parameter("mode", "This sandbox knows mode=payment.", "parameter_invalid");
        var expiresAt = form.Number("expires_at") ?? account.Now + Longest;
        if (expiresAt - account.Now is < Shortest or > Longest)
            throw StripeProblem.Parameter(
                "expires_at",
                "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.",
                null
            );
        if (form.Text("locale") is { } locale && !Locales.Contains(locale))
            throw StripeProblem.Parameter("locale", $"Invalid locale: {locale}", "parameter_invalid");
        if (form.Text("submit_type") is { } submit && !SubmitTypes.Contains(submit))
            throw StripeProblem.Parameter("submit_type", $"Invalid submit_type: {submit}", "parameter_invalid");
        if (form.Text("customer_email") is { } email && !email.Contains('@'))
            throw StripeProblem.Parameter("customer_email", $"Invalid email address: {email}", "email_invalid");
        if (form.Text("client_reference_id") is { Length: > 200 })
            throw StripeProblem.Parameter("client_reference_id", "Too long.", "parameter_invalid");
        if (form.Group("payment_method_options")["wechat_pay"] is JsonObject wechat && wechat.Word("client") is null)
            throw StripeProblem.Parameter(
                "payment_method_options[wechat_pay][client]",
                "Missing.",
                "parameter_missing"
            );
        var (amount, currency) = Total(account, form.Group("line_items"));

        var session = account.Add(
            "checkout.session",
            "cs_test",
            new JsonObject
            {
                ["amount_total"] = amount,
                ["cancel_url"] = form.Text("cancel_url"),
                ["client_reference_id"] = form.Text("client_reference_id"),
                ["currency"] = currency,
                ["customer_email"] = form.Text("customer_email"),
                ["expires_at"] = expiresAt,
                ["locale"] = form.Text("locale"),
                ["metadata"] = Form.Metadata(form.Group("metadata")),
                ["mode"] = "payment",
                ["payment_intent"] = null,
                ["payment_method_types"] = new JsonArray("card", "alipay", "wechat_pay"),
                ["payment_status"] = "unpaid",
                ["status"] = "open",
                ["submit_type"] = form.Text("submit_type"),
                ["success_url"] = form.Required("success_url"),
                // Not Stripe's: what the payment intent will carry once there is one.
                ["sandbox_intent_metadata"] = Form.Metadata(
                    form.Group("payment_intent_data")["metadata"] as JsonObject ?? []
                ),
            }
        );
        return session.Set(("url", payBase + session.Word("id")));
    }

    static (long Amount, string Currency) Total(Account account, JsonObject items)
    {
        if (items.Count == 0)
            throw StripeProblem.Parameter("line_items", "Missing required param: line_items.", "parameter_missing");
        long amount = 0;
        var currency = "";
        foreach (var (at, node) in items)
        {
            var item = (JsonObject)node!;
            var price =
                item["price_data"] as JsonObject
                ?? account.Get("price", item.Word("price") ?? throw Missing($"line_items[{at}][price]"));
            currency = price.Word("currency") ?? throw Missing($"line_items[{at}][price_data][currency]");
            if (price.Word("product") is null && (price["product_data"] as JsonObject)?.Word("name") is null)
                throw Missing($"line_items[{at}][price_data][product_data][name]");
            var unit = Form.Integer("unit_amount", price["unit_amount"]?.ToString());
            var quantity = Form.Integer(
                "quantity",
                item.Word("quantity") ?? throw Missing($"line_items[{at}][quantity]")
            );
            if (unit < 0 || quantity < 1)
                throw StripeProblem.Parameter("line_items", "Invalid amount.", "parameter_invalid_integer");
            amount += unit * quantity;
        }
        return amount is > 0 and <= LargestAmount
            ? (amount, currency)
            : throw StripeProblem.Parameter("line_items", "The amount is too small or too large.", "amount_too_large");
    }

    static StripeProblem Missing(string param) =>
        StripeProblem.Parameter(param, $"Missing required param: {param}.", "parameter_missing");

    public static JsonObject AddPrice(Account account, Form form) =>
        account.Add(
            "price",
            "price",
            new JsonObject
            {
                ["product"] = form.Required("product"),
                ["currency"] = form.Required("currency"),
                ["unit_amount"] = form.Number("unit_amount") ?? throw Missing("unit_amount"),
            }
        );

    public static JsonObject List(Account account, Form form)
    {
        form.Allow("limit", "starting_after", "payment_intent", "status", "created");
        return Lists.Of(
            account,
            "checkout.session",
            form,
            one => form.Fits(one, "payment_intent") && form.Fits(one, "status") && form.WasMadeWithin(one)
        );
    }

    public static JsonObject Expire(Account account, string id)
    {
        var session = account.Get("checkout.session", id);
        if (session.Word("status") != "open")
            throw StripeProblem.State(
                $"Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a status of `{session.Word("status")}`."
            );
        return Close(account, session);
    }

    /// <summary>What is overdue is expired, as soon as anybody looks.</summary>
    public static void ExpireOverdue(Account account)
    {
        foreach (var session in account.All("checkout.session"))
        {
            if (session.Word("status") == "open" && session.Number("expires_at") <= account.Now)
                Close(account, session);
        }
    }

    static JsonObject Close(Account account, JsonObject session)
    {
        session.Set(("status", "expired"), ("url", null));
        if (session.Word("payment_intent") is { } intent)
            Intents.Cancel(account, intent);
        account.Tell("checkout.session.expired", session);
        return session;
    }

    /// <summary>The buyer pays. <paramref name="late"/> pays what has expired too, as money under way does now and then.</summary>
    public static JsonObject Pay(Account account, string id, bool late = false, string? dispute = null)
    {
        var session = Payable(account, id, late);
        var intent = Intent(account, session);
        session.Set(("status", "complete"), ("payment_status", "paid"), ("url", null));
        Intents.Succeed(account, intent, dispute);
        account.Tell("checkout.session.completed", session);
        return session;
    }

    /// <summary>The card is declined. The session stays open, and another card may be tried.</summary>
    public static JsonObject Decline(Account account, string id)
    {
        var session = Payable(account, id, late: false);
        Intents.Fail(account, Intent(account, session), "card_declined");
        return session;
    }

    /// <summary>The buyer is through, and the money comes or fails later: <see cref="Arrive"/>.</summary>
    public static JsonObject PayLater(Account account, string id)
    {
        var session = Payable(account, id, late: false);
        var intent = Intent(account, session).Set(("status", "processing"));
        session.Set(("status", "complete"), ("url", null));
        account.Tell("payment_intent.processing", intent);
        account.Tell("checkout.session.completed", session);
        return session;
    }

    public static JsonObject Arrive(Account account, string id, bool succeeds)
    {
        var session = account.Get("checkout.session", id);
        var intent = session.Word("payment_intent") is { } known ? account.Get("payment_intent", known) : null;
        if (intent?.Word("status") != "processing")
            throw StripeProblem.State("Nothing is under way for this session.");
        if (succeeds)
        {
            session.Set(("payment_status", "paid"));
            Intents.Succeed(account, intent);
            account.Tell("checkout.session.async_payment_succeeded", session);
        }
        else
        {
            Intents.Fail(account, intent, "payment_intent_payment_attempt_failed");
            account.Tell("checkout.session.async_payment_failed", session);
        }
        return session;
    }

    /// <summary>As Stripe's command line pays: by card at once, by bank debit later.</summary>
    public static JsonObject Confirm(Account account, string id, Form form)
    {
        var method = account.Get("payment_method", form.Required("payment_method"));
        if (method.Word("type") != "sepa_debit")
            return Pay(account, id);
        var session = PayLater(account, id);
        // The test account that fails, from Stripe's documentation of its test numbers.
        var iban = (method["sepa_debit"] as JsonObject)?.Word("iban");
        return Arrive(account, session.Word("id")!, succeeds: iban != "IT60X0542811101000000123456");
    }

    static JsonObject Payable(Account account, string id, bool late)
    {
        var session = account.Get("checkout.session", id);
        var status = session.Word("status");
        return status == "open" || (late && status == "expired")
            ? session
            : throw StripeProblem.State($"This Checkout Session has a status of `{status}`.");
    }

    static JsonObject Intent(Account account, JsonObject session)
    {
        if (
            session.Word("payment_intent") is { } known
            && account.Get("payment_intent", known) is var intent
            && intent.Word("status") != "canceled"
        )
            return intent;
        intent = Intents.New(
            account,
            session.Number("amount_total"),
            session.Word("currency")!,
            (JsonObject)session["sandbox_intent_metadata"]!
        );
        session.Set(("payment_intent", intent.Word("id")));
        return intent;
    }
}
