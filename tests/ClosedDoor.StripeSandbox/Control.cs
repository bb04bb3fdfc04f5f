using System.Text.Json.Nodes;

namespace ClosedDoor.StripeSandbox;

/// <summary>What a test sets and reads, with the account's key. None of it exists at Stripe.</summary>
sealed class Control(Accounts accounts)
{
    sealed record Clock(long? Now);

    sealed record Fault(string Method, string Path, string Kind, int Times = 1);

    sealed record Contest(string PaymentIntent, string Reason = "fraudulent", long? Amount = null);

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPut(
            "/sandbox/clock",
            (HttpRequest http, Clock clock) => With(http, account => account.SetClock(clock.Now))
        );
        app.MapPut(
            "/sandbox/webhooks",
            (HttpRequest http, Delivery way) => With(http, account => account.Webhooks.Way = way)
        );
        app.MapPost(
            "/sandbox/faults",
            (HttpRequest http, Fault fault) =>
                With(http, account => account.Faults.Order(fault.Method, fault.Path, fault.Kind, fault.Times))
        );
        app.MapPut(
            "/sandbox/drop-rate/{rate:double}",
            (HttpRequest http, double rate) => With(http, account => account.Faults.DropRate = rate)
        );
        app.MapPut(
            "/sandbox/outage/{kind}",
            (HttpRequest http, string kind) => With(http, account => account.Faults.Outage = kind)
        );
        app.MapDelete("/sandbox/outage", (HttpRequest http) => With(http, account => account.Faults.Outage = null));
        app.MapPut(
            "/sandbox/chance/{seed:int}",
            (HttpRequest http, int seed) => With(http, account => account.Chance.Seed(seed))
        );
        app.MapPut(
            "/sandbox/refunds-begin/{status}",
            (HttpRequest http, string status) => With(http, account => account.RefundsBegin = status)
        );
        app.MapPost(
            "/sandbox/refunds/{id}/{status}",
            (HttpRequest http, string id, string status) => Show(http, account => Refunds.Move(account, id, status))
        );
        app.MapPut(
            "/sandbox/captures-later",
            (HttpRequest http) => With(http, account => account.CapturesLater = true)
        );
        app.MapPost("/sandbox/captures", (HttpRequest http) => With(http, Intents.Capture));
        app.MapPost(
            "/sandbox/disputes",
            (HttpRequest http, Contest contest) =>
                Show(http, account => Disputes.Open(account, contest.PaymentIntent, contest.Reason, contest.Amount))
        );
        app.MapPost(
            "/sandbox/disputes/{id}/win",
            (HttpRequest http, string id) => Show(http, account => Disputes.Close(account, id, won: true))
        );
        app.MapPost(
            "/sandbox/disputes/{id}/lose",
            (HttpRequest http, string id) => Show(http, account => Disputes.Close(account, id, won: false))
        );
        app.MapPost(
            "/sandbox/disputes/{id}/reinstate",
            (HttpRequest http, string id, long? amount) =>
                Show(http, account => Disputes.Reinstate(account, id, amount))
        );
        app.MapGet(
            "/sandbox/deliveries",
            (HttpRequest http, string secret) => Show(http, account => Undelivered(account, secret))
        );
        app.MapPost(
            "/sandbox/deliveries/{id}",
            (HttpRequest http, string id) => With(http, account => account.Webhooks.Mark(id))
        );
        app.MapGet("/sandbox/books", (HttpRequest http) => Show(http, Books));
    }

    /// <summary>Every event that no endpoint has, signed now, the oldest first, for a test that delivers by itself.</summary>
    static JsonObject Undelivered(Account account, string secret) =>
        new()
        {
            ["data"] = new JsonArray([
                .. account
                    .All("event")
                    .Reverse()
                    .Where(one => !account.Webhooks.Has(one.Word("id")!))
                    .Select(one =>
                    {
                        var body = one.ToJsonString();
                        return new JsonObject
                        {
                            ["id"] = one.Word("id"),
                            ["type"] = one.Word("type"),
                            ["body"] = body,
                            ["signature"] = Webhooks.Sign(body, secret, account.Now),
                        };
                    }),
            ]),
        };

    /// <summary>Every payment with what it brought, cost and lost, and the sums.</summary>
    static JsonObject Books(Account account)
    {
        var charges = account.All("charge").Reverse().ToArray();
        long Lost(JsonObject charge) =>
            account.All("dispute").Where(one => one.Word("charge") == charge.Word("id")).Sum(Disputes.Away);
        long FeeOf(JsonObject charge) =>
            (
                charge.Word("balance_transaction") is { } known
                    ? account.Get("balance_transaction", known).Number("fee")
                    : 0
            ) + account.All("dispute").Where(one => one.Word("charge") == charge.Word("id")).Sum(Disputes.FeeOf);
        return new JsonObject
        {
            ["charged"] = charges.Sum(one => one.Number("amount")),
            ["fees"] = charges.Sum(FeeOf),
            ["refunded"] = charges.Sum(one => one.Number("amount_refunded")),
            ["disputed"] = charges.Sum(Lost),
            ["sessions"] = account.All("checkout.session").Count(),
            ["open"] = account.All("checkout.session").Count(one => one.Word("status") == "open"),
            ["events"] = account.All("event").Count(),
            ["deliveries"] = account.Webhooks.Tally.Shown,
            ["checkouts"] = new JsonArray([
                .. account
                    .All("checkout.session")
                    .Reverse()
                    .Select(one =>
                        Part(one, "id", "client_reference_id", "metadata", "status", "payment_status", "payment_intent")
                    ),
            ]),
            ["refunds"] = new JsonArray([
                .. account
                    .All("refund")
                    .Reverse()
                    .Select(one => Part(one, "id", "payment_intent", "amount", "currency", "status")),
            ]),
            ["disputes"] = new JsonArray([
                .. account
                    .All("dispute")
                    .Reverse()
                    .Select(one =>
                    {
                        var part = Part(one, "id", "payment_intent", "amount", "currency", "status");
                        part["away"] = Disputes.Away(one);
                        return part;
                    }),
            ]),
            ["payments"] = new JsonArray([
                .. charges.Select(one => new JsonObject
                {
                    ["payment_intent"] = one.Word("payment_intent"),
                    ["metadata"] = one["metadata"]?.DeepClone(),
                    ["amount"] = one.Number("amount"),
                    ["currency"] = one.Word("currency"),
                    ["fee"] = FeeOf(one),
                    ["refunded"] = one.Number("amount_refunded"),
                    ["disputed"] = Lost(one),
                }),
            ]),
        };
    }

    static JsonObject Part(JsonObject thing, params string[] names) =>
        new(names.Select(name => KeyValuePair.Create(name, thing[name]?.DeepClone())));

    IResult With(HttpRequest http, Action<Account> work) =>
        Show(
            http,
            account =>
            {
                work(account);
                return [];
            }
        );

    IResult Show(HttpRequest http, Func<Account, JsonObject> work)
    {
        if (accounts.Of(http) is not { } account)
            return Results.Unauthorized();
        try
        {
            return Results.Text(account.Enter(() => work(account).ToJsonString()), "application/json");
        }
        catch (StripeProblem problem)
        {
            return Results.Text(problem.Body.ToJsonString(), "application/json", statusCode: problem.Status);
        }
    }
}
