using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Aftermath;

/// <summary>Strikes a line of the benefits ledger out; none is ever deleted.</summary>
public static class VoidBenefit
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost(
                "/benefits/{benefitId}/void",
                async (string benefitId, Caller caller, Database db) => (await Execute(db, caller, benefitId)).ToOk()
            )
            .Named("VoidBenefit", "Strike a line of the benefits ledger out")
            .RequireAuthorization(Policy.Organize)
            .Answers<BenefitView>()
            .Refuses(Refusals.NotFound, Refusals.StaleVersion, Refusals.BenefitVoided);

    public static Task<Outcome<BenefitView>> Execute(Database db, Caller caller, string benefitId) =>
        db.Write<BenefitView>(
            caller,
            async tx =>
            {
                if (
                    await tx.Find<BenefitRow>(
                        $"{BenefitRow.Select} WHERE id = @benefitId {tx.ForUpdate}",
                        new { benefitId }
                    )
                    is not { } row
                )
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                if (!await BenefitTable.Void(tx, row, caller.Now))
                    return Refusals.BenefitVoided;
                return BenefitView.Of(row with { VoidedAt = caller.Now, Version = row.Version + 1 });
            }
        );
}
