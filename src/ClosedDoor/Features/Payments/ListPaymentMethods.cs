using ClosedDoor.Domain;
using ClosedDoor.Features.Payments.Stripe;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Payments;

/// <summary>How a seat may be paid for: what the operator has set up, and what the provider takes for this seat.</summary>
public static class ListPaymentMethods
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/reservations/{reservationId}/payment-methods", Handle)
            .Named("ListPaymentMethods", "List the ways to pay for a held seat")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<PaymentMethodsView>()
            .Refuses(Refusals.NotFound);

    static async Task<IResult> Handle(string reservationId, Caller caller, Database db, Settings settings) =>
        (await Execute(db, settings, caller, reservationId)).ToOk();

    public static Task<Outcome<PaymentMethodsView>> Execute(
        Database db,
        Settings settings,
        Caller caller,
        string reservationId
    ) =>
        db.Read<Outcome<PaymentMethodsView>>(async read =>
        {
            var row = await ReservationRow.Find(read, reservationId);
            if (row is null || !caller.MaySee(row.CompanyId))
                return Refusals.NotFound;
            var due = row.State is ReservationStatus.Held && !row.HasLapsed(caller.Now);
            var sale = (await SessionTable.Look(read, row.SessionId))!;
            return new PaymentMethodsView([
                .. Enum.GetValues<PaymentMethod>()
                    .Where(method => due && Offers(method, settings, sale, row.PriceAmount, caller.Now)),
            ]);
        });

    /// <param name="price">Fen.</param>
    internal static bool Offers(PaymentMethod method, Settings settings, Sale sale, long price, Instant now) =>
        method is PaymentMethod.BankTransfer
            ? PayeeView.From(settings) is not null
            : StripeSetup.IsConfigured(settings) && Checkouts.MayOpen(sale, now) && price <= CheckoutForm.LargestAmount;
}

/// <summary>How a seat may be paid for now.</summary>
/// <param name="Methods">What <c>POST /reservations/{id}/payments</c> takes, the first one first; empty where no payment is due.</param>
public sealed record PaymentMethodsView(PaymentMethod[] Methods);
