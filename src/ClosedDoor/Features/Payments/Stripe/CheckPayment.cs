using ClosedDoor.Domain;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Payments.Stripe;

/// <summary>
/// For the page to which the buyer returns: asks Stripe how the payment stands, settles it, and shows it. That the buyer
/// is back proves nothing; and when Stripe cannot be asked now, the payment is shown as it is known.
/// </summary>
public static class CheckPayment
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/payments/{paymentId}/check", Handle)
            .Named("CheckPayment", "Ask the provider how a payment stands")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<PaymentView>()
            .Refuses(Refusals.NotFound);

    static async Task<IResult> Handle(
        string paymentId,
        Caller caller,
        Database db,
        Settings settings,
        StripeClient stripe,
        HttpContext http
    ) => (await Execute(db, settings, stripe, caller, paymentId, http.RequestAborted)).ToOk();

    public static async Task<Outcome<PaymentView>> Execute(
        Database db,
        Settings settings,
        StripeClient stripe,
        Caller caller,
        string paymentId,
        CancellationToken cancel
    )
    {
        var known = await ShowPayment.Execute(db, settings, caller, paymentId);
        if (
            known.Refusal is not null
            || !known.Value.Status.KeepsSeat()
            || await db.Read(read => CheckoutTable.Latest(read, paymentId)) is not { CheckoutId: not null } attempt
        )
            return known;
        try
        {
            await Checkouts.Look(db, stripe, attempt, caller.Actor, caller.Now, cancel);
        }
        catch (Exception e) when (e is StripeUnavailableException or StripeMismatchException)
        {
            return known; // The webhook or the reconciler will tell.
        }
        return await ShowPayment.Execute(db, settings, caller, paymentId);
    }
}
