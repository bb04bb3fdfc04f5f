using ClosedDoor.Platform.Sheets;

namespace ClosedDoor.Features.AccountStatements;

/// <summary>An account statement as a file for finance: one row a payment, and their sums.</summary>
static class AccountStatementSheet
{
    static readonly (string Header, Func<AccountStatementRow, long> Fen)[] Figures =
    [
        ("应收（元）", row => row.Charged),
        ("已收（元）", row => row.Received),
        ("已退（元）", row => row.RefundsPaid),
        ("待退（元）", row => row.RefundsOpen),
        ("争议扣回（元）", row => row.TakenBack),
        ("欠款（元）", row => row.Owed),
        ("手续费（元）", row => row.Fees),
        ("核销（元）", row => row.WrittenOff),
        ("净收入（元）", row => row.Net),
        ("现金结余（元）", row => row.Cash),
    ];

    public static Worksheet Of(string name, IReadOnlyList<AccountStatementRow> rows) =>
        new(
            name,
            ["附言", "企业", "场次", "状态", .. Figures.Select(figure => figure.Header)],
            [
                .. rows.Select(row =>
                    (IReadOnlyList<Cell>)
                        [
                            Cell.Of(row.Reference),
                            Cell.Of(row.CompanyName),
                            Cell.Of(row.SessionTitle),
                            Cell.Of(row.Status),
                            .. Figures.Select(figure => Cell.Yuan(figure.Fen(row))),
                        ]
                ),
                [
                    Cell.Of("合计 Total"),
                    Cell.Empty,
                    Cell.Empty,
                    Cell.Empty,
                    .. Figures.Select(figure => Cell.Yuan(rows.Sum(figure.Fen))),
                ],
            ]
        );
}
