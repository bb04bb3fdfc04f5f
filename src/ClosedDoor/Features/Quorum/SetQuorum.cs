using ClosedDoor.Domain;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Quorum;

/// <summary>Sets what one session needs of people; what is left out stays.</summary>
public static class SetQuorum
{
    const int Most = 500;

    public sealed record Request(
        long? HospitalsLeast = null,
        long? HospitalsMost = null,
        long? ExpertsLeast = null,
        long? ExpertsMost = null,
        long? CompaniesLeast = null,
        Instant? DeadlineAt = null
    );

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPatch(
                "/sessions/{sessionId}/quorum",
                async (string sessionId, Request request, Caller caller, Database db) =>
                    (await Execute(db, caller, sessionId, request)).ToOk()
            )
            .Named("SetQuorum", "Set whom a session needs")
            .RequireAuthorization(Policy.Organize)
            .Answers<QuorumView>()
            .Refuses(
                Refusals.NotFound,
                Refusals.Invalid,
                Refusals.StaleVersion,
                Refusals.WrongSessionStatus,
                Refusals.GuestListFull
            )
            .Example(new Request(6, 8, 4, 5, 8));

    public static Task<Outcome<QuorumView>> Execute(Database db, Caller caller, string sessionId, Request request) =>
        db.Write<QuorumView>(
            caller,
            async tx =>
            {
                if (await SessionTable.Lock(tx, sessionId) is not { } session)
                    return Refusals.NotFound;
                var row = await QuorumRow.Of(tx, sessionId, tx.Settings);
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                if (session.Status.HasEnded())
                    return Refusals.WrongSessionStatus;

                var changed = row with
                {
                    HospitalsLeast = request.HospitalsLeast ?? row.HospitalsLeast,
                    HospitalsMost = request.HospitalsMost ?? row.HospitalsMost,
                    ExpertsLeast = request.ExpertsLeast ?? row.ExpertsLeast,
                    ExpertsMost = request.ExpertsMost ?? row.ExpertsMost,
                    CompaniesLeast = request.CompaniesLeast ?? row.CompaniesLeast,
                    DeadlineAt = request.DeadlineAt ?? row.DeadlineAt,
                };
                if (Check(changed, session) is { } invalid)
                    return invalid;
                var list = (await InvitationRow.Of(tx, sessionId)).ConvertAll(one => one.ToInvitee());
                if (GuestPlaces.Refuse(changed.Rule, list) is { } full)
                    return full;
                await QuorumTable.Set(tx, sessionId, changed, caller.Now);
                return await QuorumView.Of(tx, sessionId, tx.Settings);
            }
        );

    static Refusal? Check(QuorumRow row, Sale session)
    {
        var errors = new FieldErrors();
        errors.Within("hospitalsLeast", row.HospitalsLeast, 0, Most);
        errors.Within("hospitalsMost", row.HospitalsMost, row.HospitalsLeast, Most);
        errors.Within("expertsLeast", row.ExpertsLeast, 0, Most);
        errors.Within("expertsMost", row.ExpertsMost, row.ExpertsLeast, Most);
        errors.Within("companiesLeast", row.CompaniesLeast, 0, Most);
        if (row.DeadlineAt > session.BeginsAt)
            errors.Add("deadlineAt", "不得晚于场次开始时间。", "Must not be later than the session begins.");
        return errors.Refusal;
    }
}
