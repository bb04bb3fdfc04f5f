using ClosedDoor.Tests.Given;
using NodaTime;

namespace ClosedDoor.Tests.Races;

/// <summary>
/// One company at one session, as far as it has been told: the model that the crash test holds the service to. It sends
/// one request at a time; one that got no answer is sent again with the same key until there is one.
/// </summary>
sealed class Booking(
    string name,
    string sessionId,
    string companyToken,
    string financeToken,
    LocalDate today,
    Random random
)
{
    /// <summary>What the last acknowledged answers say; <c>none</c> before the first and after a cancellation.</summary>
    public string Status { get; private set; } = "none";

    /// <summary>What is asked for and not answered yet: it may or may not have happened.</summary>
    public Step? Unanswered { get; private set; }

    /// <summary>Every reservation ever acknowledged, with the status in which it was left.</summary>
    public Dictionary<string, string> Reservations { get; } = [];

    /// <summary>Every payment ever acknowledged, with the status in which it was left.</summary>
    public Dictionary<string, string> Payments { get; } = [];

    public int Acknowledged { get; private set; }

    readonly HashSet<string> _sinceCompared = [];
    string? _reservationId;
    string? _paymentId;
    string? _entryId;
    int _steps;

    public sealed record Step(
        string Name,
        string Path,
        object Body,
        string Key,
        string? LeadsTo,
        bool ByFinance = false
    );

    /// <summary>Does one thing that may be done next.</summary>
    /// <exception cref="HttpRequestException">No answer came.</exception>
    public async Task Advance(HttpClient client)
    {
        if (Status is "waiting" && Unanswered is null)
        {
            await LookForPromotion(client);
            return;
        }
        Unanswered ??= Next();
        await Finish(client);
    }

    /// <summary>Sends the unanswered request (again), and notes the answer.</summary>
    public async Task Finish(HttpClient client)
    {
        if (Unanswered is not { } step)
            return;
        var reply = await new ApiClient(client, step.ByFinance ? financeToken : companyToken).Post(
            step.Path,
            step.Body,
            step.Key
        );
        Note(step, reply);
        Unanswered = null;
    }

    Step Next()
    {
        var key = $"{name}-{_steps++}";
        return Status switch
        {
            "none" => new("reserve", $"/sessions/{sessionId}/reservations", new { }, key, null),
            "full" => new("wait", $"/sessions/{sessionId}/waitlist", new { }, key, null),
            "held" when random.Next(4) > 0 => new(
                "choose",
                $"/reservations/{_reservationId}/payments",
                new { method = "bank_transfer" },
                key,
                "awaiting_payment"
            ),
            "awaiting_payment" when random.Next(4) > 0 => new(
                "receive",
                $"/payments/{_paymentId}/receive",
                new
                {
                    bankSerial = Moves.NewSerial(),
                    amount = new { amount = Moves.Price, currency = "CNY" },
                    payerName = "示例企业",
                    receivedOn = today,
                },
                key,
                "confirmed",
                ByFinance: true
            ),
            _ => new("cancel", $"/reservations/{_reservationId}/cancel", new { reason = "行程冲突" }, key, "cancelled"),
        };
    }

    void Note(Step step, Reply reply)
    {
        Acknowledged++;
        switch (step.Name, reply.Status)
        {
            case ("reserve", 201):
                Hold(reply.Id);
                break;
            case ("reserve", 409) when reply.Code == "session_full":
                Status = "full";
                break;
            case ("wait", 201):
                (_entryId, Status) = (reply.Id, "waiting");
                break;
            case ("wait", 409) when reply.Code == "seats_available":
                Status = "none";
                break;
            case ("choose", 201):
                _paymentId = reply.Id;
                Leave(Payments, _paymentId, "awaiting_transfer");
                Leave(Reservations, _reservationId!, Status = "awaiting_payment");
                break;
            case ("receive", 200):
                Leave(Payments, _paymentId!, "confirmed");
                Leave(Reservations, _reservationId!, Status = "confirmed");
                break;
            case ("cancel", 200):
                if (_paymentId is not null)
                    Leave(Payments, _paymentId, Payments[_paymentId] == "confirmed" ? "refund_due" : "cancelled");
                Leave(Reservations, _reservationId!, "cancelled");
                (_reservationId, _paymentId, Status) = (null, null, "none");
                break;
            default:
                // A repetition that is refused here would have found the effect of the first attempt, but not its answer.
                throw new InvalidOperationException($"{step.Name} ({step.Key}) was answered by {reply}");
        }
    }

    async Task LookForPromotion(HttpClient client)
    {
        var api = new ApiClient(client, companyToken);
        if ((await api.Get($"/waitlist/{_entryId}")).Expect(200)["status"].GetString() is "waiting")
            return;
        var own = (await api.Get($"/reservations?sessionId={sessionId}&status=held")).Expect(200)["items"];
        Hold(own[0].GetProperty("id").GetString()!);
    }

    void Hold(string reservationId)
    {
        _reservationId = reservationId;
        Leave(Reservations, reservationId, Status = "held");
    }

    void Leave(Dictionary<string, string> things, string id, string status)
    {
        things[id] = status;
        _sinceCompared.Add(id);
    }

    /// <summary>Reads back what was acknowledged (ever, or since the last time): of each thing its last status, of the waitlist its entry.</summary>
    /// <returns>What is not as it was acknowledged.</returns>
    public async Task<List<string>> Compare(HttpClient client, bool everything)
    {
        var api = new ApiClient(client, companyToken);
        var wrong = new List<string>();
        foreach (var (id, known) in Reservations.Where(one => everything || _sinceCompared.Contains(one.Key)))
            Check(await api.Get($"/reservations/{id}"), id, known, id == _reservationId);
        foreach (var (id, known) in Payments.Where(one => everything || _sinceCompared.Contains(one.Key)))
        {
            var reply = await api.Get($"/payments/{id}");
            // A cancellation or the money under way shows on the payment in words of its own.
            if (id != _paymentId || Unanswered is null)
                Check(reply, id, known, live: false);
            else
                reply.Expect(200);
        }
        if (Status is "waiting" && (await api.Get($"/waitlist/{_entryId}")).Status != 200)
            wrong.Add($"{_entryId}: gone");
        _sinceCompared.Clear();
        return wrong;

        void Check(Reply reply, string id, string known, bool live)
        {
            var status = reply.Status == 200 ? reply["status"].GetString()! : reply.ToString();
            // The effect of a request that got no answer may be there.
            if (status != known && !(live && status == Unanswered?.LeadsTo))
                wrong.Add($"{id}: acknowledged {known}, found {status}");
        }
    }
}
