using System.Text;
using System.Text.Json.Nodes;

namespace ClosedDoor.StripeSandbox;

/// <summary>Everything under /v1: the key, faults, idempotency, then the call.</summary>
sealed class Api(Accounts accounts)
{
    public const string Version = "2026-07-29.dahlia";

    public async Task Handle(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        http.Response.Headers["Request-Id"] = $"req_{http.TraceIdentifier}";
        http.Response.Headers["Stripe-Version"] = Version;
        if (accounts.Of(http.Request) is not { } account)
        {
            await Write(
                http,
                Reply(
                    new StripeProblem(
                        401,
                        "invalid_request_error",
                        null,
                        "This sandbox takes keys that begin with sk_test_."
                    )
                )
            );
            return;
        }
        if (http.Request.Headers["Stripe-Version"] is [{ } version] && version != Version)
        {
            await Write(
                http,
                Reply(new StripeProblem(400, "invalid_request_error", null, $"Invalid Stripe API version: {version}"))
            );
            return;
        }

        var body = await new StreamReader(http.Request.Body, Encoding.UTF8).ReadToEndAsync();
        var fault = account.Faults.Next(http.Request.Method, path);
        if (fault is "drop_before")
        {
            http.Abort();
            return;
        }
        if (fault is "hang")
        {
            if (account.Chance.Next() < 0.5)
                Idempotently(http, account, path, body);
            await Silence(http, account);
            return;
        }
        var reply = fault switch
        {
            "error_before" or "no_retry" => new Reply(500, Failure),
            "conflict" => Reply(
                new StripeProblem(409, "invalid_request_error", "lock_timeout", "The object is locked.")
            ),
            "rate_limit" => Reply(new StripeProblem(429, "invalid_request_error", "rate_limit", "Too many requests.")),
            _ => Idempotently(http, account, path, body, fault),
        };
        if (fault is "no_retry")
            http.Response.Headers["Stripe-Should-Retry"] = "false";
        if (fault is "drop_after")
            http.Abort();
        else
            await Write(http, reply);
    }

    /// <summary>Until the caller gives up; some connections end with the outage, without a word.</summary>
    static async Task Silence(HttpContext http, Account account)
    {
        var endsWithOutage = account.Chance.Next() < 0.7;
        try
        {
            do await Task.Delay(100, http.RequestAborted);
            while (!endsWithOutage || account.Faults.Outage is "hanging");
        }
        catch (OperationCanceledException)
        {
            return; // As was meant.
        }
        http.Abort();
    }

    const string Failure = """{"error":{"type":"api_error","message":"An unknown error occurred."}}""";

    static Reply Idempotently(HttpContext http, Account account, string path, string body, string? fault = null)
    {
        var key = http.Request.Headers["Idempotency-Key"].ToString();
        if (http.Request.Method != "POST" || key.Length == 0)
            return Execute(http, account, path, body, out _);
        try
        {
            if (account.Idempotency.Begin(key, $"{path} {body}", account.Now) is { } earlier)
            {
                http.Response.Headers["Idempotent-Replayed"] = "true";
                return earlier;
            }
        }
        catch (StripeProblem problem)
        {
            return Reply(problem);
        }
        var executed = true;
        var reply = fault is "error_kept" ? new Reply(500, Failure) : Execute(http, account, path, body, out executed);
        if (fault is "error_after")
            reply = new Reply(500, Failure);
        if (executed)
            account.Idempotency.Keep(key, reply);
        else
            account.Idempotency.Forget(key);
        return reply;
    }

    static Reply Execute(HttpContext http, Account account, string path, string body, out bool executed)
    {
        executed = true;
        try
        {
            var form = Form.Read(http.Request.Method == "POST" ? body : http.Request.QueryString.Value ?? "");
            var steps = path.Split('/', StringSplitOptions.RemoveEmptyEntries)[1..];
            var pay = $"{http.Request.Scheme}://{http.Request.Host}/pay/";
            var answer = account.Enter(() =>
                Shown.Of(account, Call(account, http.Request.Method, steps, form, pay), form).ToJsonString()
            );
            return new Reply(200, answer);
        }
        catch (StripeProblem problem)
        {
            executed = problem.Executed;
            return Reply(problem);
        }
    }

    static JsonObject Call(Account account, string method, string[] steps, Form form, string pay) =>
        (method, steps) switch
        {
            ("POST", ["checkout", "sessions"]) => Checkout.Create(account, form, pay),
            ("GET", ["checkout", "sessions"]) => Checkout.List(account, form),
            ("GET", ["checkout", "sessions", var id]) => account.Get("checkout.session", id),
            ("POST", ["checkout", "sessions", var id, "expire"]) => Checkout.Expire(account, id),
            ("GET", ["payment_pages", var id]) => account.Get("checkout.session", id),
            ("POST", ["payment_pages", var id, "confirm"]) => Checkout.Confirm(account, id, form),

            ("POST", ["products"]) => account.Add("product", "prod", form.Root),
            ("POST", ["prices"]) => Checkout.AddPrice(account, form),
            ("POST", ["payment_methods"]) => account.Add("payment_method", "pm", form.Root),

            ("POST", ["payment_intents"]) => Intents.Create(account, form),
            ("GET", ["payment_intents"]) => Lists.Of(account, "payment_intent", form),
            ("GET", ["payment_intents", var id]) => account.Get("payment_intent", id),
            ("POST", ["payment_intents", var id, "cancel"]) => Intents.Cancel(account, id),
            ("GET", ["charges", var id]) => account.Get("charge", id),
            ("GET", ["balance_transactions", var id]) => account.Get("balance_transaction", id),

            ("POST", ["refunds"]) => Refunds.Create(account, form),
            ("GET", ["refunds"]) => Refunds.List(account, form),
            ("GET", ["refunds", var id]) => account.Get("refund", id),
            ("POST", ["refunds", var id]) => Refunds.Update(account, id, form),
            ("POST", ["refunds", var id, "cancel"]) => Refunds.Cancel(account, id),

            ("GET", ["disputes"]) => Disputes.List(account, form),
            ("GET", ["disputes", var id]) => account.Get("dispute", id),
            ("POST", ["disputes", var id]) => Disputes.Update(account, id, form),
            ("POST", ["disputes", var id, "close"]) => Disputes.Close(account, id, won: false),

            ("GET", ["events"]) => Events.List(account, form),
            ("GET", ["events", var id]) => account.Get("event", id),

            _ => throw new StripeProblem(
                404,
                "invalid_request_error",
                null,
                $"Unrecognized request URL ({method}: /v1/{string.Join('/', steps)})."
            ),
        };

    static Reply Reply(StripeProblem problem) => new(problem.Status, problem.Body.ToJsonString());

    static Task Write(HttpContext http, Reply reply)
    {
        http.Response.StatusCode = reply.Status;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(reply.Body);
    }
}
