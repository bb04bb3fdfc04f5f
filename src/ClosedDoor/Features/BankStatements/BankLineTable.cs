using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.BankStatements;

/// <summary>
/// Every change to bank statements and their lines. A line is inserted before anything is made of its money: of two imports,
/// or an import and a person, only one gets it in.
/// </summary>
static class BankLineTable
{
    /// <summary>The audit chain of everything about this account's bank statements.</summary>
    public const string Chain = "bank";

    public static Task AddStatement(Tx tx, string id, string account, string fileName, string sha256, Instant now) =>
        tx.Execute(
            """
            INSERT INTO bank_statement (id, account, file_name, file_sha256, imported_by, imported_at)
            VALUES (@id, @account, @fileName, @sha256, @actor, @now) ON CONFLICT (id) DO NOTHING
            """,
            new
            {
                id,
                account,
                fileName,
                sha256,
                actor = tx.Actor,
                now,
            }
        );

    /// <summary>Null when this account's serial is here already: the same money is never counted twice.</summary>
    public static async Task<BankLineRow?> Add(
        Tx tx,
        string account,
        IncomingMoney money,
        BankLineStatus status,
        BankLineReason? reason,
        (string StatementId, int Row)? from,
        Instant now
    )
    {
        var row = new BankLineRow
        {
            Id = TypeId.New("bln", now),
            StatementId = from?.StatementId,
            RowNumber = from?.Row,
            Account = account,
            Serial = money.Serial,
            ReceivedOn = money.ReceivedOn,
            Amount = money.Amount,
            Currency = "CNY",
            PayerName = money.PayerName,
            PayerAccount = money.PayerAccount,
            Remark = money.Remark,
            Status = status.Word(),
            Reason = reason?.Word(),
            CreatedAt = now,
            Version = 1,
        };
        var added = await tx.Execute(
            """
            INSERT INTO bank_line (id, statement_id, row_number, account, serial, received_on, amount, currency, payer_name,
                payer_account, remark, status, reason, created_at, version)
            VALUES (@Id, @StatementId, @RowNumber, @Account, @Serial, @ReceivedOn, @Amount, @Currency, @PayerName,
                @PayerAccount, @Remark, @Status, @Reason, @CreatedAt, @Version)
            ON CONFLICT (account, serial) DO NOTHING
            """,
            row
        );
        if (added == 0)
            return null;
        if (from is null)
            return row; // What a person recorded stands in its session's chain, for which nobody else has to wait.
        await tx.Record(
            now,
            new Change(
                Chain,
                $"bank_line.{row.Status}",
                row.Id,
                After: new
                {
                    row.StatementId,
                    row.RowNumber,
                    row.Serial,
                    row.Amount,
                    row.Reason,
                }
            )
        );
        return row;
    }

    /// <summary>The line with its row locked.</summary>
    public static Task<BankLineRow?> Lock(Tx tx, string id) =>
        tx.Find<BankLineRow>($"SELECT * FROM bank_line WHERE id = @id {tx.ForUpdate}", new { id });

    public static Task AddPart(Tx tx, string lineId, int number, string paymentId, long amount) =>
        tx.Execute(
            "INSERT INTO bank_line_part (line_id, number, payment_id, amount) VALUES (@lineId, @number, @paymentId, @amount)",
            new
            {
                lineId,
                number = (long)number,
                paymentId,
                amount,
            }
        );

    /// <summary>Null when the line is not in the state that was read any more.</summary>
    public static async Task<BankLineRow?> Transition(
        Tx tx,
        BankLineRow row,
        BankLineStatus to,
        string? note,
        Instant now
    )
    {
        var done = await tx.Execute(
            """
            UPDATE bank_line SET status = @to, note = COALESCE(@note, note), resolved_by = @actor, resolved_at = @now,
                approved_by = NULL, version = version + 1
            WHERE id = @Id AND status = @Status
            """,
            new
            {
                row.Id,
                row.Status,
                to = to.Word(),
                note,
                actor = tx.Actor,
                now,
            }
        );
        if (done == 0)
            return null;
        await Recorded(tx, row, to, now);
        return await Lock(tx, row.Id);
    }

    /// <summary>A second person agrees that it goes back. The caller has checked who that is, and holds the row.</summary>
    public static async Task<BankLineRow> Approve(Tx tx, BankLineRow row, Instant now)
    {
        await tx.Execute(
            "UPDATE bank_line SET approved_by = @actor, version = version + 1 WHERE id = @Id",
            new { row.Id, actor = tx.Actor }
        );
        await tx.Record(now, new Change(Chain, "bank_line.approved", row.Id));
        return (await Lock(tx, row.Id))!;
    }

    /// <summary>The money has gone back. Null when the line was not to be returned; false serials are the caller's to find.</summary>
    public static async Task<BankLineRow?> Return(Tx tx, BankLineRow row, string serial, LocalDate on, Instant now)
    {
        var done = await tx.Execute(
            """
            UPDATE bank_line SET status = 'returned', return_serial = @serial, returned_on = @on, returned_by = @actor,
                version = version + 1
            WHERE id = @Id AND status = 'returning'
            """,
            new
            {
                row.Id,
                serial,
                on,
                actor = tx.Actor,
            }
        );
        if (done == 0)
            return null;
        await Recorded(tx, row, BankLineStatus.Returned, now);
        return await Lock(tx, row.Id);
    }

    static Task Recorded(Tx tx, BankLineRow row, BankLineStatus to, Instant now) =>
        tx.Record(
            now,
            new Change(Chain, $"bank_line.{to.Word()}", row.Id, new { status = row.State }, new { status = to })
        );
}
