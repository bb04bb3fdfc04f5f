using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Aftermath;

/// <summary>What was endorsed: all of a session to the organizers, the own words to a guest.</summary>
public static class ListEndorsements
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet(
                "/sessions/{sessionId}/endorsements",
                async (string sessionId, Database db) => (await OfSession(db, sessionId)).ToOk()
            )
            .Named("ListEndorsements", "List the endorsements of a session")
            .RequireAuthorization(Policy.Staff)
            .Answers<Page<EndorsementView>>()
            .Refuses(Refusals.NotFound);
        api.MapGet("/invitation/endorsements", async (Caller caller, Database db) => (await OfGuest(db, caller)).ToOk())
            .Named("ListOwnEndorsements", "What a guest is said to endorse, by a personal link")
            .RequireAuthorization(Policy.Invited)
            .Answers<Page<EndorsementView>>();
    }

    public static Task<Outcome<Page<EndorsementView>>> OfSession(Database db, string sessionId) =>
        db.Read<Outcome<Page<EndorsementView>>>(async read =>
            await SessionTable.Exists(read, sessionId)
                ? Shown(
                    await read.All<EndorsementRow>(
                        $"{EndorsementRow.Select} WHERE session_id = @sessionId ORDER BY id",
                        new { sessionId }
                    )
                )
                : Refusals.NotFound
        );

    public static async Task<Outcome<Page<EndorsementView>>> OfGuest(Database db, Caller caller) =>
        Shown(
            await db.Read(read =>
                read.All<EndorsementRow>(
                    $"{EndorsementRow.Select} WHERE invitation_id = @id ORDER BY id",
                    new { id = caller.LinkTo(LinkPurpose.Invitation) }
                )
            )
        );

    static Page<EndorsementView> Shown(List<EndorsementRow> rows) => new([.. rows.Select(EndorsementView.Of)], null);
}
