using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Invitations;

/// <summary>
/// Shows one official's name to the companies that come, or ends that. The official's own consent is needed besides: it
/// is asked when the list is shown.
/// </summary>
public static class ReleaseName
{
    public sealed record Request(bool? Released);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPut(
                "/invitations/{invitationId}/release",
                async (string invitationId, Request request, Caller caller, Database db) =>
                    (await Execute(db, caller, invitationId, request)).ToOk()
            )
            .Named("ReleaseName", "Release an official's name to the companies that come")
            .RequireAuthorization(Policy.Organize)
            .Answers<InvitationView>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.StaleVersion)
            .Example(new Request(true));

    public static Task<Outcome<InvitationView>> Execute(
        Database db,
        Caller caller,
        string invitationId,
        Request request
    ) =>
        db.Write<InvitationView>(
            caller,
            async tx =>
            {
                var errors = new FieldErrors();
                var released = errors.Required("released", request.Released);
                if (errors.Refusal is { } missing)
                    return missing;
                if (await InvitationTable.Lock(tx, invitationId) is not var (row, _))
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                if (row.GuestKind is not GuestKind.HealthCommissionOfficial)
                {
                    errors.Add(
                        "released",
                        "仅卫健委嘉宾须逐一公开；其他嘉宾以本人单独同意为准。",
                        "Only officials are released one by one; for others their own consent decides."
                    );
                    return errors.Refusal!;
                }
                await InvitationTable.Release(tx, row, released, caller.Now);
                return (await InvitationView.Find(tx, invitationId))!;
            }
        );
}
