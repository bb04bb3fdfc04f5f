using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Hospitals;

/// <summary>Changes what is sent and leaves the rest.</summary>
public static class ChangeHospital
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPatch(
                "/hospitals/{hospitalId}",
                async (string hospitalId, HospitalRequest request, Caller caller, Database db) =>
                    (await Execute(db, caller, hospitalId, request)).ToOk()
            )
            .Named("ChangeHospital", "Change a hospital")
            .RequireAuthorization(Policy.Organize)
            .Answers<HospitalView>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.StaleVersion, Refusals.HospitalExists)
            .Example(new HospitalRequest(Grade: HospitalGrade.A));

    public static Task<Outcome<HospitalView>> Execute(
        Database db,
        Caller caller,
        string hospitalId,
        HospitalRequest request
    ) =>
        db.Write<HospitalView>(
            caller,
            async tx =>
            {
                var row = await tx.Find<HospitalRow>(
                    $"{HospitalRow.Select} WHERE id = @hospitalId {tx.ForUpdate}",
                    new { hospitalId }
                );
                if (row is null)
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                var over = row.ToRequest();
                var draft = HospitalDraft.From(
                    new(
                        request.Name ?? over.Name,
                        request.Uscc ?? over.Uscc,
                        request.RegistrationCode ?? over.RegistrationCode,
                        request.Level ?? over.Level,
                        request.Grade ?? over.Grade,
                        request.Certificate ?? over.Certificate,
                        request.CertifiedOn ?? over.CertifiedOn
                    ),
                    Zones.Today(caller.Now)
                );
                if (draft.Refused(out var invalid))
                    return invalid;
                if (await Taken(tx, hospitalId, draft.Value))
                    return Refusals.HospitalExists;
                if (!await HospitalTable.Change(tx, row, draft.Value, caller.Now))
                    return Refusals.StaleVersion;
                return (await HospitalView.Find(tx, hospitalId))!;
            }
        );

    static async Task<bool> Taken(Tx tx, string hospitalId, HospitalDraft draft) =>
        await tx.Find<string>(
            "SELECT id FROM hospital WHERE id <> @hospitalId AND (uscc = @Uscc OR registration_code = @RegistrationCode) LIMIT 1",
            new
            {
                hospitalId,
                Uscc = draft.Uscc.Value,
                RegistrationCode = draft.RegistrationCode?.Value ?? "",
            }
        )
            is not null;
}
