using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Delegates;

/// <summary>
/// A delegate accepts by a personal link. The hash says which text was read: an acceptance of another one than is in
/// force is none.
/// </summary>
public static class AcceptAgreements
{
    public sealed record Accepted(string? Kind, string? Sha256);

    public sealed record Request(Accepted[]? Agreements);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/delegate/agreements", Handle)
            .Named("AcceptAgreements", "Accept the NDA and the integrity pledge, by a personal link")
            .RequireAuthorization(Policy.DelegateByLink)
            .Answers<OwnDelegationView>()
            .Refuses(Refusals.NotFound, Refusals.Invalid)
            .Example(new Request([.. Agreement.InForce.Select(one => new Accepted(one.Kind.Word(), one.Sha256))]));

    static async Task<IResult> Handle(Request request, Caller caller, Database db) =>
        (await Execute(db, caller, request)).ToOk();

    public static async Task<Outcome<OwnDelegationView>> Execute(Database db, Caller caller, Request request)
    {
        var errors = new FieldErrors();
        var accepted = new List<Agreement>();
        if (request.Agreements is not { Length: > 0 } given)
            errors.Missing("agreements");
        else
        {
            for (var i = 0; i < Math.Min(given.Length, 10); i++)
            {
                var kind = errors.OptionalWord<AgreementKind>($"agreements[{i}].kind", given[i]?.Kind);
                var inForce = Agreement.InForce.FirstOrDefault(one => one.Kind == kind);
                if (inForce is null || inForce.Sha256 != given[i]?.Sha256)
                    errors.Add(
                        $"agreements[{i}].sha256",
                        "文本已更新，请重新阅读后确认。",
                        "This is not the text in force: read it again."
                    );
                else
                    accepted.Add(inForce);
            }
        }
        if (errors.Refusal is { } invalid)
            return invalid;

        return await db.Write<OwnDelegationView>(
            caller,
            async tx =>
            {
                if (await ShowOwnDelegation.Find(tx, caller) is not { } view)
                    return Refusals.NotFound;
                foreach (var agreement in accepted)
                    await AcceptanceTable.Accept(tx, view.SessionId, view.Id, agreement, caller.Now);
                return (await ShowOwnDelegation.Find(tx, caller))!;
            }
        );
    }
}
