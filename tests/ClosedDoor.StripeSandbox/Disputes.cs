using System.Text.Json.Nodes;

namespace ClosedDoor.StripeSandbox;

/// <summary>A buyer's bank contests a charge; the money is withdrawn until the bank has decided.</summary>
static class Disputes
{
    const long EvidenceFor = 7 * 24 * 3600;

    /// <summary>What is kept for each dispute, in fen; given back where it is won.</summary>
    const long Fee = 10_000;

    public static JsonObject Open(Account account, string paymentIntent, string reason, long? amount)
    {
        var charge = Intents.ChargeOf(account, account.Get("payment_intent", paymentIntent));
        var contested = amount ?? charge.Number("amount");
        var dispute = account.Add(
            "dispute",
            "du",
            new JsonObject
            {
                ["amount"] = contested,
                ["balance_transactions"] = new JsonArray(),
                ["charge"] = charge.Word("id"),
                ["currency"] = charge.Word("currency"),
                ["evidence_details"] = new JsonObject { ["due_by"] = account.Now + EvidenceFor },
                ["payment_intent"] = paymentIntent,
                ["reason"] = reason,
                ["status"] = "needs_response",
            }
        );
        Move(account, dispute, -contested, Fee);
        charge.Set(("disputed", true));
        account.Tell("charge.dispute.created", dispute);
        account.Tell("charge.dispute.funds_withdrawn", dispute);
        return dispute;
    }

    public static JsonObject List(Account account, Form form) =>
        Lists.Of(account, "dispute", form, one => form.Fits(one, "payment_intent") && form.Fits(one, "charge"));

    public static JsonObject Update(Account account, string id, Form form)
    {
        var dispute = account.Get("dispute", id);
        if (form.Flag("submit"))
            dispute.Set(("status", "under_review"));
        account.Tell("charge.dispute.updated", dispute);
        return dispute;
    }

    public static JsonObject Close(Account account, string id, bool won)
    {
        var dispute = account.Get("dispute", id);
        if (dispute.Word("status") is "won" or "lost")
            throw StripeProblem.State("This dispute is already closed.");
        dispute.Set(("status", won ? "won" : "lost"));
        if (won)
            Move(account, dispute, dispute.Number("amount"), -Fee);
        account.Tell("charge.dispute.closed", dispute);
        if (won)
        {
            // Stripe goes on to say that the charge was disputed once; refunds are possible again.
            account.Get("charge", dispute.Word("charge")!).Set(("disputed", false));
            account.Tell("charge.dispute.funds_reinstated", dispute);
        }
        return dispute;
    }

    /// <summary>The bank gives back what it had taken for good, or a part of that. That it had decided so stays the dispute's status, and the fee is kept.</summary>
    public static JsonObject Reinstate(Account account, string id, long? part)
    {
        var dispute = account.Get("dispute", id);
        var amount = part ?? Away(dispute);
        if (dispute.Word("status") is not "lost" || amount <= 0 || amount > Away(dispute))
            throw StripeProblem.State("So much of this dispute cannot be reinstated.");
        Move(account, dispute, amount, 0);
        if (Away(dispute) == 0)
            account.Get("charge", dispute.Word("charge")!).Set(("disputed", false));
        account.Tell("charge.dispute.funds_reinstated", dispute);
        return dispute;
    }

    /// <summary>What of its money is not here, in fen.</summary>
    public static long Away(JsonObject dispute) => -Moves(dispute).Sum(one => one.Number("amount"));

    /// <summary>What is kept for it.</summary>
    public static long FeeOf(JsonObject dispute) => Moves(dispute).Sum(one => one.Number("fee"));

    static IEnumerable<JsonObject> Moves(JsonObject dispute) =>
        dispute["balance_transactions"]!.AsArray().Select(one => one!.AsObject());

    static void Move(Account account, JsonObject dispute, long amount, long fee)
    {
        var transaction = account.Add(
            "balance_transaction",
            "txn",
            new JsonObject
            {
                ["amount"] = amount,
                ["currency"] = dispute.Word("currency"),
                ["fee"] = fee,
                ["net"] = amount - fee,
                ["type"] = "adjustment",
            }
        );
        dispute["balance_transactions"]!.AsArray().Add(transaction.DeepClone());
    }
}
