using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace ClosedDoor.StripeSandbox;

/// <summary>Where the buyer is sent: what Stripe's page offers, and what only happens in life.</summary>
sealed class PaymentPage(Accounts accounts)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/pay/{id}", Show);
        app.MapPost("/pay/{id}", Act).DisableAntiforgery();
    }

    IResult Show(string id) =>
        accounts.OfSession(id) is { } account
            ? Page(account.Enter(() => (JsonObject)account.Get("checkout.session", id).DeepClone()), null)
            : Results.NotFound();

    async Task<IResult> Act(string id, HttpRequest request)
    {
        if (accounts.OfSession(id) is not { } account)
            return Results.NotFound();
        var action = request.HasFormContentType ? (await request.ReadFormAsync())["action"].ToString() : "";
        try
        {
            var session = account.Enter(() => (JsonObject)Do(account, id, action).DeepClone());
            return action switch
            {
                "pay" or "late" or "later" => Results.Redirect(Back(session.Word("success_url"), id)),
                "leave" => Results.Redirect(Back(session.Word("cancel_url"), id)),
                _ => Page(
                    session,
                    action is "decline" ? "银行卡被拒，请换一张卡再试。Card declined: try another." : null
                ),
            };
        }
        catch (StripeProblem problem)
        {
            return Results.Content(
                Html($"<p role=\"alert\">{WebUtility.HtmlEncode(problem.Message)}</p>"),
                "text/html; charset=utf-8",
                statusCode: problem.Status
            );
        }
    }

    static JsonObject Do(Account account, string id, string action) =>
        action switch
        {
            "pay" => Checkout.Pay(account, id),
            "late" => Checkout.Pay(account, id, late: true),
            "later" => Checkout.PayLater(account, id),
            "arrive" => Checkout.Arrive(account, id, succeeds: true),
            "bounce" => Checkout.Arrive(account, id, succeeds: false),
            "decline" => Checkout.Decline(account, id),
            "leave" => account.Get("checkout.session", id),
            _ => throw StripeProblem.Parameter("action", "pay, decline, later, arrive, bounce, late or leave."),
        };

    static string Back(string? url, string id) =>
        url is null ? $"/pay/{id}" : url.Replace("{CHECKOUT_SESSION_ID}", id, StringComparison.Ordinal);

    static IResult Page(JsonObject session, string? says)
    {
        var amount = (session.Number("amount_total") / 100m).ToString("N2", CultureInfo.InvariantCulture);
        var alert = says is null ? "" : $"<p role=\"alert\">{WebUtility.HtmlEncode(says)}</p>";
        return Results.Content(
            Html(
                $"""
                {alert}
                <p>{session.Word("currency")!.ToUpperInvariant()} {amount} · {session.Word("status")} · {session.Word(
                    "payment_status"
                )}</p>
                <form method="post">
                <button name="action" value="pay">支付 Pay</button>
                <button name="action" value="decline">拒付 Decline</button>
                <button name="action" value="later">稍后到账 Pay, money comes later</button>
                <button name="action" value="arrive">款项到账 The money comes</button>
                <button name="action" value="bounce">款项未到 It does not</button>
                <button name="action" value="late">过期后支付 Pay late</button>
                <button name="action" value="leave">离开 Walk away</button>
                </form>
                """
            ),
            "text/html; charset=utf-8"
        );
    }

    static string Html(string body) =>
        $"""
            <!doctype html>
            <html lang="zh-CN"><head><meta charset="utf-8"><title>沙盒 · Stripe sandbox</title></head>
            <body><header style="background:#b00020;color:#fff;padding:1em;font-size:1.5em">沙盒：不会发生真实付款 · Sandbox: no money moves</header>
            <main>{body}</main></body></html>
            """;
}
