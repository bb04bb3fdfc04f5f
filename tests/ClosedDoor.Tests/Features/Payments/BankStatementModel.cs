using ClosedDoor.Tests.Features.BankStatements;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;

namespace ClosedDoor.Tests.Features.Payments;

/// <summary>The bank's files, with money that fits and money that does not, and what people decide about the latter.</summary>
sealed class BankStatementModel(TestHost host, ApiClient owner, ApiClient other)
{
    readonly List<string> _waiting = [];
    readonly List<string> _faults = [];
    BankStatementFile? _last;

    /// <summary>Answers that were not true.</summary>
    public IReadOnlyList<string> Faults => _faults;

    public async Task Comes(string paymentId, int dice)
    {
        var known = await host.Data.Read(read =>
            read.Get<Known>(
                """
                SELECT payment.reference, company.name, payment.amount - CAST((SELECT COALESCE(SUM(receipt.amount), 0)
                    FROM receipt WHERE receipt.payment_id = payment.id) AS BIGINT) AS missing
                FROM payment JOIN company ON company.id = payment.company_id WHERE payment.id = @paymentId
                """,
                new { paymentId }
            )
        );
        var missing = known.Missing > 0 ? known.Missing : Moves.Price;
        var file = new BankStatementFile(host);
        file.Row(Yuan(dice % 4 == 0 ? 1 + dice % 500_000 : missing), known.Name, known.Reference);
        if (dice % 3 == 0)
            file.Row(
                Yuan(dice % 2 == 0 ? 60_000_00 : 1 + dice % 1000),
                "示例企业他人",
                dice % 5 == 0 ? known.Reference : "货款"
            );
        _last = file;
        await Take((await file.Import(owner)).Expect(200));
    }

    public async Task ComesAgain()
    {
        if (_last is null)
            return;
        var again = (await _last.Import(other)).Expect(200);
        if (again["imported"].GetInt32() > 0)
            _faults.Add($"a file that came again brought {again["imported"]} lines");
    }

    public async Task Decide(List<string> payments, int dice)
    {
        if (_waiting.Count == 0 || payments.Count == 0)
            return;
        var line = $"/bank-lines/{_waiting[dice % _waiting.Count]}";
        var reply = (dice % 6) switch
        {
            0 => await owner.Post($"{line}/match", new { paymentId = payments[dice % payments.Count] }),
            1 => await Split(line, payments, dice),
            2 => await owner.Post($"{line}/hold", new { reason = "待查" }),
            3 => await owner.Post($"{line}/return", new { reason = "误付" }),
            4 => await other.Post($"{line}/approve"),
            _ => await Pay(line),
        };
        if (reply.Status is not (200 or 409 or 422))
            _faults.Add($"{line}: {reply.Status} {reply.Text}");
    }

    /// <summary>What nobody has placed goes back.</summary>
    public async Task Finish()
    {
        foreach (var line in _waiting.Select(id => $"/bank-lines/{id}"))
        {
            await owner.Post($"{line}/return", new { reason = "误付" });
            await other.Post($"{line}/approve");
            await Pay(line);
        }
    }

    public async Task<IReadOnlyList<string>> Unfinished()
    {
        var left = new List<string>();
        foreach (var id in _waiting)
        {
            var line = (await owner.Get($"/bank-lines/{id}")).Expect(200);
            if (line["status"].GetString() is not ("matched" or "returned"))
                left.Add($"line {id} is still {line["status"]}");
        }
        return left;
    }

    /// <summary>A row that is said to have a seat has one, and one that is due back goes back.</summary>
    async Task Take(Reply import)
    {
        foreach (var line in import["lines"].EnumerateArray())
        {
            var outcome = line.GetProperty("outcome").GetString();
            if (outcome == "queued")
                _waiting.Add(line.GetProperty("lineId").GetString()!);
            if (outcome is not ("confirmed" or "refund_due"))
                continue;
            var status = await host.PaymentStatusOf(line.GetProperty("paymentId").GetString()!);
            if (status is not ("confirmed" or "refund_due") || status != outcome)
                _faults.Add($"a row is answered {outcome} and its payment is {status}");
        }
    }

    async Task<Reply> Split(string line, List<string> payments, int dice)
    {
        var amount = (await owner.Get(line)).Expect(200)["amount.amount"].GetInt64();
        var first = Math.Max(1, amount * (dice % 10) / 10);
        object Part(int at, long part) =>
            new { paymentId = payments[at % payments.Count], amount = new { amount = part, currency = "CNY" } };
        return await owner.Post(
            $"{line}/split",
            new { parts = new[] { Part(dice, first), Part(dice + 1, amount - first) } }
        );
    }

    Task<Reply> Pay(string line) =>
        owner.Post(
            $"{line}/pay",
            new { bankSerial = $"BACK{Moves.NewSerial()}", paidOn = ClosedDoor.Domain.Zones.Today(host.Time.Now) }
        );

    static string Yuan(long fen) => FormattableString.Invariant($"{fen / 100}.{fen % 100:00}");

    sealed record Known
    {
        public string Reference { get; init; } = "";
        public string Name { get; init; } = "";
        public long Missing { get; init; }
    }
}
