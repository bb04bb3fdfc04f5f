using System.Text.Json.Nodes;

namespace ClosedDoor.StripeSandbox;

/// <summary>Payment intents with their charges, and the fee that is kept of each.</summary>
static class Intents
{
    /// <summary>Of a thousand.</summary>
    const long Fee = 34;

    /// <summary>As Stripe's command line makes them, confirmed at once with one of the test payment methods.</summary>
    public static JsonObject Create(Account account, Form form)
    {
        var amount =
            form.Number("amount") ?? throw StripeProblem.Parameter("amount", "Missing required param: amount.");
        var intent = New(account, amount, form.Required("currency"), Form.Metadata(form.Group("metadata")));
        if (!form.Flag("confirm"))
            return intent;
        switch (form.Text("payment_method"))
        {
            case "pm_card_chargeDeclined":
                Fail(account, intent, "card_declined");
                throw new StripeProblem(402, "card_error", "card_declined", "Your card was declined.", executed: true);
            case "pm_card_createDispute" or "pm_card_createDisputeInquiry":
                return Succeed(account, intent, dispute: "fraudulent");
            default:
                return Succeed(account, intent);
        }
    }

    public static JsonObject New(Account account, long amount, string currency, JsonObject metadata)
    {
        if (amount <= 0)
            throw StripeProblem.Parameter("amount", "Invalid positive integer", "parameter_invalid_integer");
        var intent = account.Add(
            "payment_intent",
            "pi",
            new JsonObject
            {
                ["amount"] = amount,
                ["amount_received"] = 0,
                ["currency"] = currency,
                ["last_payment_error"] = null,
                ["latest_charge"] = null,
                ["metadata"] = metadata.DeepClone(),
                ["status"] = "requires_payment_method",
            }
        );
        account.Tell("payment_intent.created", intent);
        return intent;
    }

    public static JsonObject Succeed(Account account, JsonObject intent, string? dispute = null)
    {
        var amount = intent.Number("amount");
        var fee = (amount * Fee + 500) / 1000;
        var transaction = account.Add(
            "balance_transaction",
            "txn",
            new JsonObject
            {
                ["amount"] = amount,
                ["currency"] = intent.Word("currency"),
                ["fee"] = fee,
                ["net"] = amount - fee,
                ["type"] = "charge",
            }
        );
        var charge = account.Add(
            "charge",
            "ch",
            new JsonObject
            {
                ["amount"] = amount,
                ["amount_captured"] = amount,
                ["amount_refunded"] = 0,
                ["balance_transaction"] = account.CapturesLater ? null : transaction.Word("id"),
                ["currency"] = intent.Word("currency"),
                ["disputed"] = false,
                ["metadata"] = intent["metadata"]?.DeepClone(),
                ["paid"] = true,
                ["payment_intent"] = intent.Word("id"),
                ["refunded"] = false,
                ["status"] = "succeeded",
                // Not Stripe's: what the charge will name once it is captured.
                ["sandbox_balance_transaction"] = transaction.Word("id"),
            }
        );
        intent.Set(("status", "succeeded"), ("amount_received", amount), ("latest_charge", charge.Word("id")));
        account.Tell("charge.succeeded", charge);
        account.Tell("payment_intent.succeeded", intent);
        if (dispute is not null)
            Disputes.Open(account, intent.Word("id")!, dispute, amount);
        return intent;
    }

    /// <summary>What was to be captured in the background is, and its fee is known.</summary>
    public static void Capture(Account account)
    {
        foreach (var charge in account.All("charge").Where(one => one.Word("balance_transaction") is null).ToArray())
            account.Tell(
                "charge.updated",
                charge.Set(("balance_transaction", charge.Word("sandbox_balance_transaction")))
            );
    }

    public static void Fail(Account account, JsonObject intent, string code)
    {
        intent.Set(
            ("status", "requires_payment_method"),
            (
                "last_payment_error",
                new JsonObject
                {
                    ["type"] = "card_error",
                    ["code"] = code,
                    ["message"] = "The payment failed.",
                }
            )
        );
        account.Tell("payment_intent.payment_failed", intent);
    }

    public static JsonObject Cancel(Account account, string id)
    {
        var intent = account.Get("payment_intent", id);
        if (intent.Word("status") is "succeeded" or "canceled")
            throw StripeProblem.State(
                $"You cannot cancel this PaymentIntent because it has a status of {intent.Word("status")}.",
                "payment_intent_unexpected_state"
            );
        intent.Set(("status", "canceled"));
        account.Tell("payment_intent.canceled", intent);
        return intent;
    }

    public static JsonObject ChargeOf(Account account, JsonObject intent) =>
        intent.Word("latest_charge") is { } id
            ? account.Get("charge", id)
            : throw StripeProblem.State("This PaymentIntent does not have a successful charge.");
}
