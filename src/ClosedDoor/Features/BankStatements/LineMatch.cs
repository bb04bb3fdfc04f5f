using ClosedDoor.Domain;
using ClosedDoor.Features.Companies;
using ClosedDoor.Features.Payments;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.BankStatements;

/// <summary>Holds money that came in against the payments that are known.</summary>
static class LineMatch
{
    const int MostCandidates = 10;

    /// <summary>What is to be made of the money, as things stand.</summary>
    public static async Task<BankLineVerdict> Verdict(Statements read, string account, IncomingMoney money)
    {
        var codes = PaymentReference.FindIn(money.Remark).ToList();
        var found = new List<Awaited>();
        foreach (var code in codes)
        {
            if (await Under(read, code.Value) is { } payment)
                found.Add(payment);
        }
        var payments = found.ConvertAll(payment => payment.ToAwaited());
        var verdict = BankLineVerdict.Of(
            money.Amount,
            money.PayerName,
            codes.Count,
            payments,
            payments.Count == 0 && (await Open(read)).Exists(row => row.IsNearlyIn(money.Remark))
        );
        if (verdict.Reason is not null)
            return verdict;
        if (money.ReceivedOn < Zones.Today(found.Single().CreatedAt))
            return verdict with { Reason = BankLineReason.BeforeRequest };
        if (found.Single().Renamed == 1)
            return verdict with { Reason = BankLineReason.OtherPayer };
        return await IsPossibleDuplicate(read, account, money)
            ? verdict with
            {
                Reason = BankLineReason.PossibleDuplicate,
            }
            : verdict;
    }

    /// <summary>
    /// The same money may stand in one export with the bank's serial and in another without. Where a row of the same day,
    /// amount and payer is here and one of the two has no serial, a person looks.
    /// </summary>
    static async Task<bool> IsPossibleDuplicate(Statements read, string account, IncomingMoney money)
    {
        var same = await read.All<Same>(
            """
            SELECT serial, payer_name FROM bank_line
            WHERE account = @account AND received_on = @ReceivedOn AND amount = @Amount AND serial <> @Serial
            """,
            new
            {
                account,
                money.ReceivedOn,
                money.Amount,
                money.Serial,
            }
        );
        return same.Exists(other =>
            PayerName.Same(other.PayerName, money.PayerName)
            && money.HasBankSerial != IncomingMoney.IsBanks(other.Serial)
        );
    }

    /// <summary>Payments that await money and fit the line in some way, those that fit best first.</summary>
    public static async Task<IReadOnlyList<CandidateView>> Candidates(
        Statements read,
        string remark,
        string payer,
        long amount
    )
    {
        var codes = PaymentReference.FindIn(remark).Select(code => code.Value).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. (await Open(read))
                .Select(row => new CandidateView(
                    row.Id,
                    row.Reference,
                    row.CompanyName,
                    new MoneyView(row.Missing, row.Currency),
                    codes.Contains(row.Reference) || row.IsNearlyIn(remark),
                    PayerName.Same(payer, row.CompanyName),
                    row.Missing == amount
                ))
                .Where(candidate => candidate.CodeFits || candidate.PayerFits)
                .OrderByDescending(candidate =>
                    (candidate.CodeFits ? 4 : 0) + (candidate.PayerFits ? 2 : 0) + (candidate.AmountFits ? 1 : 0)
                )
                .ThenBy(candidate => candidate.PaymentId, StringComparer.Ordinal)
                .Take(MostCandidates),
        ];
    }

    /// <summary>The payment of this code: the one that goes on, else the one that ended last.</summary>
    static Task<Awaited?> Under(Statements read, string code) =>
        read.Find<Awaited>(
            $"""
            {Awaited.Select} WHERE payment.reference = @code
            ORDER BY CASE WHEN {PaymentStates.Live} THEN 0 ELSE 1 END,
                payment.created_at DESC, payment.id DESC
            LIMIT 1
            """,
            new { code }
        );

    static Task<List<Awaited>> Open(Statements read) =>
        read.All<Awaited>($"{Awaited.Select} WHERE {PaymentStates.AwaitsTransfer} ORDER BY payment.id");

    sealed record Same
    {
        public string Serial { get; init; } = "";
        public string PayerName { get; init; } = "";
    }

    sealed record Awaited
    {
        public string Id { get; init; } = "";
        public string Reference { get; init; } = "";
        public string CompanyName { get; init; } = "";

        /// <summary>1 for true. Read with the name: between two statements it may go back to the approved one.</summary>
        public long Renamed { get; init; }
        public string Status { get; init; } = "";
        public string Method { get; init; } = "";
        public long Amount { get; init; }
        public string Currency { get; init; } = "";
        public Instant CreatedAt { get; init; }

        /// <summary>As <see cref="PaymentRow.Counted"/>, by which the seat is settled.</summary>
        public long Counted { get; init; }

        public long Missing => Amount - Counted;

        public static readonly string Select = $"""
            SELECT payment.id, payment.reference, company.name AS company_name,
                CASE WHEN {CompanyRow.RenamedSinceApproval} THEN 1 ELSE 0 END AS renamed,
                payment.status, payment.method, payment.amount, payment.currency, payment.created_at,
                {PaymentRow.CountedSum} AS counted
            FROM payment JOIN company ON company.id = payment.company_id
            """;

        public bool IsNearlyIn(string remark) =>
            PaymentReference.Parse(Reference) is { Refusal: null, Value: var reference }
            && ReferenceTypo.IsNearlyIn(remark, reference);

        public AwaitedPayment ToAwaited() =>
            new(
                Id,
                CompanyName,
                Words.Parse<PaymentStatus>(Status),
                Words.Parse<PaymentMethod>(Method) is PaymentMethod.BankTransfer,
                Missing
            );
    }
}
