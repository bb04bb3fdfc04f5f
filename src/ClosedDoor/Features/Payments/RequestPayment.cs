using ClosedDoor.Domain;
using ClosedDoor.Features.Consultations;
using ClosedDoor.Features.Payments.Stripe;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Payments;

/// <summary>
/// Chooses how a held seat is paid. A bank transfer (对公转账) gets a reference, the payee and a deadline in working
/// days, and the seat is kept until money sent in time has had the time to arrive. With Stripe the seat is kept until the
/// checkout is paid, or can be paid no more.
/// </summary>
public static class RequestPayment
{
    public const string Requested = "payment.requested.v1";

    public sealed record Request(string? Method);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/reservations/{reservationId}/payments", Handle)
            .Named("RequestPayment", "Choose how to pay for a held seat")
            .RequireAuthorization(Policy.CompanyOrOrganize)
            .Answers<PaymentView>(201)
            .Refuses(
                Refusals.NotFound,
                Refusals.StaleVersion,
                Refusals.CompanyNotVetted,
                Refusals.CertificateExpiresBeforeSession,
                Refusals.SessionNotOnSale,
                Refusals.Invalid,
                Refusals.PaymentMethodUnavailable,
                Refusals.PaymentExists,
                Refusals.HoldLapsed,
                Refusals.ConsultationNeeded,
                Refusals.WrongReservationStatus
            )
            .Example(new Request("bank_transfer"));

    static async Task<IResult> Handle(string reservationId, Request request, Caller caller, Database db) =>
        (await Execute(db, caller, reservationId, request)).ToCreated(payment => $"/api/v1/payments/{payment.Id}");

    public static async Task<Outcome<PaymentView>> Execute(
        Database db,
        Caller caller,
        string reservationId,
        Request request
    )
    {
        var errors = new FieldErrors();
        if (Words.TryParse<PaymentMethod>(request.Method) is not { } method)
        {
            errors.Add("method", "应为 bank_transfer 或 stripe。", "Must be bank_transfer or stripe.");
            return errors.Refusal!;
        }

        return await db.Write<PaymentView>(
            caller,
            async tx =>
            {
                var now = caller.Now;
                if (await ReservationTable.Lock(tx, reservationId, caller.MaySee) is not var (reservation, sale))
                    return Refusals.NotFound;
                if (caller.Stale(reservation.Version) is { } stale)
                    return stale;
                if (!ListPaymentMethods.Offers(method, tx.Settings, sale, reservation.PriceAmount, now))
                    return Refusals.PaymentMethodUnavailable;
                var payee = PayeeView.From(tx.Settings) ?? PayeeView.Unset;
                if (reservation.HasLapsed(now) || reservation.State is ReservationStatus.Expired)
                    return Refusals.HoldLapsed;
                if (reservation.State is ReservationStatus.AwaitingPayment or ReservationStatus.Confirmed)
                    return
                        method is PaymentMethod.Stripe
                        && reservation.Ending is null
                        && await OpenCheckout.BeginAgain(tx, reservation.Id, now) is { } again
                        ? PaymentView.Of(again, payee, now)
                        : Refusals.PaymentExists;

                var room = await Room.Look(tx, sale.SessionId, reservation.CompanyId, now);
                if (Admittance.CheckLate(sale, room.Vetting, Zones.Today(now), now) is { } barred)
                    return barred; // Its vetting was revoked, or the day has moved past a certificate, since it took the seat.

                // Barred here and nowhere later: money that has been asked for is never turned away.
                if (
                    tx.Settings.ConsultationRequired
                    && !await ConsultationTable.IsFinished(tx, sale.SessionId, reservation.CompanyId)
                )
                    return Refusals.ConsultationNeeded;

                return method is PaymentMethod.BankTransfer
                    ? await ByTransfer(tx, reservation, sale, payee, now)
                    : await ByCheckout(tx, reservation, payee, now);
            }
        );
    }

    static async Task<Outcome<PaymentView>> ByTransfer(
        Tx tx,
        ReservationRow reservation,
        Sale sale,
        PayeeView payee,
        Instant now
    )
    {
        var keptUntil = Deadlines.OfTransferLag(sale, tx.Settings, now);
        if (
            await ReservationTable.Transition(
                tx,
                reservation,
                ReservationTrigger.ChoosePayment,
                now,
                Hold.Of(keptUntil)
            )
            is null
        )
            return Refusals.WrongReservationStatus;
        var payment = await PaymentTable.Add(
            tx,
            reservation,
            PaymentMethod.BankTransfer,
            Deadlines.OfTransfer(sale, tx.Settings, now),
            now
        );
        await tx.Send(Requested, new Notice(payment.Id), now);
        return PaymentView.Of(payment with { HoldExpiresAt = keptUntil.At }, payee, now);
    }

    /// <summary>The page to pay on follows in a moment: Stripe is asked for it from the outbox.</summary>
    static async Task<Outcome<PaymentView>> ByCheckout(Tx tx, ReservationRow reservation, PayeeView payee, Instant now)
    {
        var keptUntil = now + CheckoutForm.OpenFor + CheckoutForm.Closing;
        if (
            await ReservationTable.Transition(
                tx,
                reservation,
                ReservationTrigger.ChoosePayment,
                now,
                new Hold(keptUntil, ForCheckout: true)
            )
            is null
        )
            return Refusals.WrongReservationStatus;
        var payment = await OpenCheckout.Begin(tx, reservation, now);
        return PaymentView.Of(payment with { HoldExpiresAt = keptUntil }, payee, now);
    }
}
