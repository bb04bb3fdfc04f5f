using System.Text.Json.Nodes;

namespace ClosedDoor.StripeSandbox;

/// <summary>A buyer's bank contests a charge; the money is withdrawn until the bank has decided.</summary>
static class Disputes
{
    const long EvidenceFor = 7 * 24 * 3600;

    public static JsonObject Open(Account account, string paymentIntent, string reason, long? amount)
    {
        var charge = Intents.ChargeOf(account, account.Get("payment_intent", paymentIntent));
        var dispute = account.Add(
            "dispute",
            "du",
            new JsonObject
            {
                ["amount"] = amount ?? charge.Number("amount"),
                ["charge"] = charge.Word("id"),
                ["currency"] = charge.Word("currency"),
                ["evidence_details"] = new JsonObject { ["due_by"] = account.Now + EvidenceFor },
                ["payment_intent"] = paymentIntent,
                ["reason"] = reason,
                ["status"] = "needs_response",
            }
        );
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
        account.Tell("charge.dispute.closed", dispute);
        if (won)
        {
            // Stripe goes on to say that the charge was disputed once; refunds are possible again.
            account.Get("charge", dispute.Word("charge")!).Set(("disputed", false));
            account.Tell("charge.dispute.funds_reinstated", dispute);
        }
        return dispute;
    }
}
