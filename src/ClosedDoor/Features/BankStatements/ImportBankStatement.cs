using ClosedDoor.Domain;
using ClosedDoor.Features.Payments;
using ClosedDoor.Features.Payments.Ledger;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Files;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Sheets;
using NodaTime;

namespace ClosedDoor.Features.BankStatements;

/// <summary>
/// Takes a bank's statement. What fits exactly is settled; what does not waits for a person; what is no money to take is
/// named row by row, and nobody is sent anything for it. The same file again, or one that overlaps, changes nothing.
/// </summary>
public static class ImportBankStatement
{
    /// <summary>
    /// Rows that share a commit. Each stands for itself, so that an import that is cut off goes on where it was
    /// when the file is sent again; and nobody else's write waits for a whole file.
    /// </summary>
    const int RowsPerCommit = 20;

    /// <param name="File">CSV or XLSX, 10 MB at the most.</param>
    /// <param name="MappingId">Which headers the file has; without it, the usual ones.</param>
    /// <param name="DryRun"><c>true</c>: says what would happen, and does nothing.</param>
    public sealed record Form(IFormFile File, string? MappingId, bool? DryRun);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/bank-statements", Handle)
            .Named("ImportBankStatement", "Import a bank statement")
            .WithDescription(
                "Each row has an outcome: confirmed (code, amount and payer fit, the seat is paid), refund_due (they fit, but the money is late and no seat is free: it goes back, unless the company wants it for another session), queued (a person decides), duplicate (here already), rejected (no money to take). A file whose amounts may have come in or gone out (金额, 交易金额, 发生额) needs a column that says which (借贷标志), or signs, for which the minus of a reversed booking (冲正) does not count; a mapping that names its column says that they came in."
            )
            .RequireAuthorization(Policy.Finance)
            .TakesFile<Form>()
            .Answers<BankStatementView>()
            .Refuses([
                .. UploadDescription.Refused,
                Refusals.SheetTypeRefused,
                Refusals.SheetUnreadable,
                Refusals.PaymentMethodUnavailable,
            ]);

    static async Task<IResult> Handle(HttpRequest http, Caller caller, Database db, Settings settings)
    {
        var upload = await UploadedFile.ReadSheet(http);
        if (upload.Refused(out var refusal))
            return Answer.Refuse(refusal);
        var file = upload.Value;
        FingerprintsItself.Add(caller, $"{file.Sha256}\n{Sent("mappingId")}\n{Sent("dryRun")}");
        return (await Execute(db, settings, caller, file)).ToOk();

        string? Sent(string field) => file.Fields.GetValueOrDefault(field);
    }

    public static async Task<Outcome<BankStatementView>> Execute(
        Database db,
        Settings settings,
        Caller caller,
        UploadedFile file
    )
    {
        var errors = new FieldErrors();
        var dryRun = file.Flag(errors, "dryRun");
        var columns = await BankStatementMappingTable.ColumnsOf(db, file.Fields.GetValueOrDefault("mappingId"));
        if (columns is null)
            errors.Add("mappingId", "没有该列映射。", "There is no such mapping.");
        if (errors.Refusal is { } invalid)
            return invalid;
        if (PayeeView.From(settings) is not { } payee)
            return Refusals.PaymentMethodUnavailable;

        var sheet = SheetReader.Read(file.Bytes, columns!.ToColumns());
        if (sheet.Refused(out var unreadable))
            return unreadable;
        var eitherWay = columns.GoEitherWay(sheet.Value);
        if (eitherWay && sheet.Value.Rows is { Count: > 0 } all && !all.Any(AmountSigns.IsTold))
            return WithoutDirection;
        var rows = BankStatementRow.Of(sheet.Value, eitherWay, payee.Account, Zones.Today(caller.Now));
        return dryRun
            ? await db.Once(caller, () => Foretell(db, caller, payee.Account, rows))
            : await db.OnceAnywhere(caller, () => Import(db, caller, file, payee.Account, rows));
    }

    /// <summary>What went out would be taken for money that came.</summary>
    static readonly Refusal WithoutDirection = Refusals.SheetUnreadable.Because(
        "金额列未注明是收入还是支出：文件应有借贷标志列、收入金额列或带正负号的金额（冲正行的负号不足以区分）；如该列不带负号的金额均为收入，请保存列映射后选用。",
        "The amounts may have come in or gone out: the file needs a column that says which (借贷标志), one of amounts in (收入金额), or signs (the minus of a reversed booking does not tell). Where all amounts without a minus came in, save a column mapping that says so, and choose it."
    );

    /// <summary>Kept under the caller's key as any answer; but what takes long to look up, no writer waits for.</summary>
    static async Task<Outcome<BankStatementView>> Foretell(
        Database db,
        Caller caller,
        string account,
        List<BankStatementRow> rows
    )
    {
        if (await db.Answered<BankStatementView>(caller) is { } answered)
            return answered;
        var foretold = await db.Read(read => ForetellBankStatement.Look(read, rows, account, caller.Now));
        return caller.IdempotencyKey is null
            ? foretold
            : await db.Write<BankStatementView>(caller, _ => Task.FromResult<Outcome<BankStatementView>>(foretold));
    }

    static async Task<Outcome<BankStatementView>> Import(
        Database db,
        Caller caller,
        UploadedFile file,
        string account,
        List<BankStatementRow> rows
    )
    {
        if (await db.Answered<BankStatementView>(caller) is { } answered)
            return answered;
        var statementId = TypeId.New("bst", caller.Now);
        var lines = new List<BankStatementRowView>();
        foreach (var chunk in rows.Chunk(RowsPerCommit))
        {
            var part = await db.WritePart(
                caller,
                async tx =>
                {
                    await BankLineTable.AddStatement(tx, statementId, account, file.Name, file.Sha256, caller.Now);
                    var made = new List<BankStatementRowView>();
                    foreach (var row in chunk)
                        made.Add(await ImportRow(tx, row, account, statementId, caller.Now));
                    return made;
                }
            );
            if (part.Refused(out var refusal))
                return refusal;
            lines.AddRange(part.Value);
        }
        var answer = BankStatementView.Of(rows.Count == 0 ? null : statementId, false, lines);
        return await db.Write<BankStatementView>(
            caller,
            async tx =>
            {
                if (answer.Id is null)
                    return answer; // Without a line there is no statement, and nothing was done.
                await tx.Record(
                    caller.Now,
                    new Change(
                        BankLineTable.Chain,
                        "bank_statement.imported",
                        statementId,
                        After: new
                        {
                            file.Sha256,
                            answer.Imported,
                            answer.Confirmed,
                            answer.RefundDue,
                            answer.Queued,
                            answer.Duplicates,
                            answer.Rejected,
                        }
                    )
                );
                return answer;
            }
        );
    }

    static async Task<BankStatementRowView> ImportRow(
        Tx tx,
        BankStatementRow row,
        string account,
        string statementId,
        Instant now
    )
    {
        if (row.Money is not { } money)
            return BankStatementRowView.Rejected(row);
        if (await Earlier(tx, account, money) is { } earlier)
            return BankStatementRowView.Duplicate(row, earlier);

        var verdict = await LineMatch.Verdict(tx, account, money);
        LockedPayment? locked = null;
        if (verdict is { Reason: null, PaymentId: { } paymentId })
        {
            // Looked at without the session's lock, it may have been paid meanwhile: look again now that it is held.
            locked = await PaymentTable.Lock(tx, paymentId);
            verdict = await LineMatch.Verdict(tx, account, money);
        }
        var settles = verdict.Reason is null && locked is not null;
        var line = await BankLineTable.Add(
            tx,
            account,
            money,
            settles ? BankLineStatus.Confirmed : BankLineStatus.Queued,
            verdict.Reason,
            (statementId, row.Row),
            now
        );
        if (line is null)
            return BankStatementRowView.Duplicate(row, await Earlier(tx, account, money));
        if (!settles)
        {
            await LedgerTable.Post(tx, Posting.Suspense(line.Amount), line.Id, LedgerScope.Nobody, line.Currency, now);
            return BankStatementRowView.Of(row, verdict, line.Id, seated: false);
        }
        await BankLineTable.AddPart(tx, line.Id, 1, verdict.PaymentId!, line.Amount);
        var settled =
            await Settle.Money(tx, locked!, money.ToReceived(account), now)
            ?? throw new InvalidOperationException($"Money {line.Id} has a receipt and had no line.");
        return BankStatementRowView.Of(row, verdict, line.Id, settled.State is not PaymentStatus.RefundDue);
    }

    /// <summary>The line that this serial is already; null when it is new.</summary>
    internal static Task<BankLineRow?> Earlier(Statements read, string account, IncomingMoney money) =>
        read.Find<BankLineRow>(
            "SELECT * FROM bank_line WHERE account = @account AND serial = @Serial",
            new { account, money.Serial }
        );
}
