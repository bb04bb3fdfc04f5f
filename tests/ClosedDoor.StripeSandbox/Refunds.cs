using System.Text.Json.Nodes;

namespace ClosedDoor.StripeSandbox;

/// <summary>Refunds: several of a charge, never more than the charge, and in any of Stripe's states.</summary>
static class Refunds
{
    /// <summary>Wallets take money back for so long: WeChat Pay's 180 days.</summary>
    const long Window = 180 * 24 * 3600;

    public static JsonObject Create(Account account, Form form)
    {
        form.Allow("payment_intent", "charge", "amount", "reason", "metadata");
        var charge = form.Text("charge") is { } named
            ? account.Get("charge", named)
            : Intents.ChargeOf(account, account.Get("payment_intent", form.Required("payment_intent")));
        var left = charge.Number("amount") - charge.Number("amount_refunded");
        var amount = form.Number("amount") ?? left;
        if (amount <= 0 && left > 0)
            throw StripeProblem.Parameter("amount", "Invalid positive integer", "parameter_invalid_integer");
        if (charge["disputed"]!.GetValue<bool>())
            throw StripeProblem.State("This charge has been charged back.", "charge_disputed");
        if (account.Now - charge.Number("created") > Window)
            throw StripeProblem.State("This charge is too old to be refunded.", "charge_not_refundable");
        if (left == 0)
            throw StripeProblem.State(
                $"Charge {charge.Word("id")} has already been refunded.",
                "charge_already_refunded"
            );
        if (amount > left)
            throw StripeProblem.State(
                $"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})."
            );

        var begins = account.RefundsBegin is "failed" ? "pending" : account.RefundsBegin;
        var refund = account.Add(
            "refund",
            "re",
            new JsonObject
            {
                ["amount"] = amount,
                ["charge"] = charge.Word("id"),
                ["currency"] = charge.Word("currency"),
                ["failure_reason"] = null,
                ["metadata"] = Form.Metadata(form.Group("metadata")),
                ["payment_intent"] = charge.Word("payment_intent"),
                ["reason"] = form.Text("reason"),
                ["status"] = begins,
            }
        );
        Count(charge, amount);
        account.Tell("refund.created", refund);
        account.Tell("charge.refunded", charge);
        if (account.RefundsBegin is "failed")
            Move(account, refund.Word("id")!, "failed");
        return refund;
    }

    public static JsonObject List(Account account, Form form)
    {
        form.Allow("limit", "starting_after", "payment_intent", "charge");
        return Lists.Of(account, "refund", form, one => form.Fits(one, "payment_intent") && form.Fits(one, "charge"));
    }

    public static JsonObject Update(Account account, string id, Form form)
    {
        form.Allow("metadata");
        var refund = account.Get("refund", id);
        refund.Set(("metadata", Form.Metadata(form.Group("metadata"))));
        account.Tell("refund.updated", refund);
        account.Tell("charge.refund.updated", refund);
        return refund;
    }

    public static JsonObject Cancel(Account account, string id) =>
        account.Get("refund", id).Word("status") is "requires_action"
            ? Move(account, id, "canceled")
            : throw StripeProblem.State("This refund cannot be canceled.");

    /// <summary>What the buyer's bank makes of it: <c>succeeded</c>, <c>failed</c> (after success too), <c>canceled</c>.</summary>
    public static JsonObject Move(Account account, string id, string status)
    {
        var refund = account.Get("refund", id);
        var from = refund.Word("status");
        if (from is "failed" or "canceled" || from == status || (from is "succeeded" && status is not "failed"))
            throw StripeProblem.State($"A refund does not go from {from} to {status}.");
        refund.Set(("status", status));
        if (status is "failed" or "canceled")
        {
            refund.Set(("failure_reason", status is "failed" ? "lost_or_stolen_card" : null));
            Count(account.Get("charge", refund.Word("charge")!), -refund.Number("amount"));
        }
        account.Tell(status is "failed" ? "refund.failed" : "refund.updated", refund);
        account.Tell("charge.refund.updated", refund);
        return refund;
    }

    static void Count(JsonObject charge, long amount)
    {
        var refunded = charge.Number("amount_refunded") + amount;
        charge.Set(("amount_refunded", refunded), ("refunded", refunded == charge.Number("amount")));
    }
}
