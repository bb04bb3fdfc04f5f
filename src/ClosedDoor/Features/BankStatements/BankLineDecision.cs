using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.BankStatements;

/// <summary>Why a person sets a line aside.</summary>
public sealed record BankLineNote(string? Reason);

/// <summary>The frame of everything that finance decides about one line: it is there, and as it was when it was read.</summary>
static class BankLineDecision
{
    public static Task<Outcome<BankLineView>> Make(
        Database db,
        Caller caller,
        string lineId,
        Func<Tx, BankLineRow, Task<Outcome<BankLineRow>>> decide
    ) =>
        db.Write<BankLineView>(
            caller,
            async tx =>
            {
                if (await BankLineTable.Lock(tx, lineId) is not { } line)
                    return Refusals.NotFound;
                if (caller.Stale(line.Version) is { } stale)
                    return stale;
                var decided = await decide(tx, line);
                return decided.Refused(out var refusal) ? refusal : await BankLineView.Of(tx, decided.Value);
            }
        );

    /// <summary>Takes money that is placed nowhere out of the queue, to be kept or to go back.</summary>
    public static async Task<Outcome<BankLineView>> SetAside(
        Database db,
        Caller caller,
        string lineId,
        BankLineNote request,
        BankLineStatus to
    )
    {
        var errors = new FieldErrors();
        var note = errors.Text("reason", request.Reason, 200);
        if (errors.Refusal is { } invalid)
            return invalid;
        return await Make(
            db,
            caller,
            lineId,
            async (tx, line) =>
                line.IsUnplaced
                && line.State != to
                && await BankLineTable.Transition(tx, line, to, note, caller.Now) is { } decided
                    ? decided
                    : Refusals.WrongBankLineStatus
        );
    }
}
