using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Consultations;

/// <summary>Takes another slot for the one that the company has; its calendar entry moves along.</summary>
public static class MoveConsultation
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/consultations/{consultationId}/move", Handle)
            .Named("MoveConsultation", "Move a consultation to another slot")
            .RequireAuthorization(Policy.CompanyOrOrganize)
            .Answers<ConsultationView>()
            .Refuses(
                Refusals.NotFound,
                Refusals.Invalid,
                Refusals.StaleVersion,
                Refusals.WrongConsultationStatus,
                Refusals.HoldLapsed,
                Refusals.SlotTaken,
                Refusals.SlotPast
            )
            .Example(new BookConsultation.Request("slt_01kq3vhw5yf6c8xw6m1x2s3t4v"));

    static async Task<IResult> Handle(
        string consultationId,
        BookConsultation.Request request,
        Caller caller,
        Database db
    ) => (await Execute(db, caller, consultationId, request)).ToOk();

    public static async Task<Outcome<ConsultationView>> Execute(
        Database db,
        Caller caller,
        string consultationId,
        BookConsultation.Request request
    )
    {
        if (BookConsultation.CheckSlot(request.SlotId).Refused(out var invalid))
            return invalid;
        return await db.Write<ConsultationView>(
            caller,
            async tx =>
            {
                if (
                    await ConsultationTable.Lock(tx, consultationId, caller.MaySee)
                    is not var (consultation, reservation, sale)
                )
                    return Refusals.NotFound;
                if (caller.Stale(consultation.Version) is { } stale)
                    return stale;
                if (reservation.HasLapsed(caller.Now))
                    return Refusals.HoldLapsed; // Or a later talk would bring back a seat whose time is over.
                var free = await BookConsultation.FreeSlot(tx, sale, request.SlotId!, caller.Now);
                if (free.Refused(out var taken))
                    return taken;
                if (!await ConsultationTable.Move(tx, consultation, free.Value, caller.Now))
                    return Refusals.WrongConsultationStatus;
                await BookConsultation.KeepSeatUntilPaid(tx, reservation, sale, free.Value, caller.Now);
                return ConsultationView.Of((await ConsultationTable.Find(tx, consultationId))!);
            }
        );
    }
}
