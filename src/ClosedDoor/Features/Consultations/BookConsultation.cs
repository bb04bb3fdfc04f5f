using ClosedDoor.Domain;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Consultations;

/// <summary>
/// A company with a live reservation takes an advisor's slot. Where a seat requires the talk before it is paid for, the
/// hold goes on until there has been time for both.
/// </summary>
public static class BookConsultation
{
    public sealed record Request(string? SlotId);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/reservations/{reservationId}/consultation", Handle)
            .Named("BookConsultation", "Book an online consultation")
            .RequireAuthorization(Policy.CompanyOrOrganize)
            .Answers<ConsultationView>(201)
            .Refuses(
                Refusals.NotFound,
                Refusals.Invalid,
                Refusals.WrongReservationStatus,
                Refusals.HoldLapsed,
                Refusals.ConsultationExists,
                Refusals.SlotTaken,
                Refusals.SlotPast
            )
            .Example(new Request("slt_01kq3vhw5yf6c8xw6m1x2s3t4v"));

    static async Task<IResult> Handle(string reservationId, Request request, Caller caller, Database db) =>
        (await Execute(db, caller, reservationId, request)).ToCreated(made => $"/api/v1/consultations/{made.Id}");

    public static async Task<Outcome<ConsultationView>> Execute(
        Database db,
        Caller caller,
        string reservationId,
        Request request
    )
    {
        if (CheckSlot(request.SlotId).Refused(out var invalid))
            return invalid;
        return await db.Write<ConsultationView>(
            caller,
            async tx =>
            {
                var now = caller.Now;
                if (await ReservationTable.Lock(tx, reservationId, caller.MaySee) is not var (reservation, sale))
                    return Refusals.NotFound;
                if (reservation.HasLapsed(now))
                    return Refusals.HoldLapsed;
                if (!reservation.State.IsLive())
                    return Refusals.WrongReservationStatus;
                if (await ConsultationTable.LiveOf(tx, sale.SessionId, reservation.CompanyId) is not null)
                    return Refusals.ConsultationExists;
                var free = await FreeSlot(tx, sale, request.SlotId!, now);
                if (free.Refused(out var taken))
                    return taken;
                if (await ConsultationTable.Add(tx, reservation, free.Value, now) is not { } id)
                    return Refusals.SlotTaken;
                await KeepSeatUntilPaid(tx, reservation, sale, free.Value, now);
                return ConsultationView.Of((await ConsultationTable.Find(tx, id))!);
            }
        );
    }

    internal static Outcome<string> CheckSlot(string? slotId)
    {
        if (TypeId.IsValid("slt", slotId))
            return slotId!;
        var errors = new FieldErrors();
        errors.Add("slotId", "请填写时段编号（slt_…）。", "Name the slot (slt_…).");
        return errors.Refusal!;
    }

    /// <summary>The slot, when it is this session's, ahead and nobody's.</summary>
    internal static async Task<Outcome<SlotRow>> FreeSlot(Tx tx, Sale sale, string slotId, Instant now)
    {
        if (await SlotTable.Find(tx, slotId) is not { } slot || slot.SessionId != sale.SessionId)
            return Refusals.NotFound;
        if (slot.TakenBy is not null)
            return Refusals.SlotTaken;
        return slot.IsOpen(now) ? slot : Refusals.SlotPast;
    }

    /// <summary>A hold of half an hour would end before the talk that the payment waits for.</summary>
    internal static Task KeepSeatUntilPaid(Tx tx, ReservationRow reservation, Sale sale, SlotRow slot, Instant now) =>
        tx.Settings.ConsultationRequired && reservation.State is ReservationStatus.Held
            ? ReservationTable.KeepUntil(
                tx,
                reservation,
                Deadlines.ToChoosePayment(sale, tx.Settings, slot.EndsAt).At,
                now
            )
            : Task.CompletedTask;
}
