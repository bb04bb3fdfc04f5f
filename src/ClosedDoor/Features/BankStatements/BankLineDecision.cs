using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.BankStatements;

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
                if (await BankLineTable.Take(tx, lineId) is not { } line)
                    return Refusals.NotFound;
                if (caller.Stale(line.Version) is { } stale)
                    return stale;
                var decided = await decide(tx, line);
                return decided.Refused(out var refusal) ? refusal : await BankLineView.Of(tx, decided.Value);
            }
        );
}
