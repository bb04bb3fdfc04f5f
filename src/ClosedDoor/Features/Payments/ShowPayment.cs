using ClosedDoor.Domain;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Payments;

public static class ShowPayment
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/payments/{paymentId}", Handle)
            .Named("ShowPayment", "Show a payment")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<PaymentView>()
            .Refuses(Refusals.NotFound);

    static async Task<IResult> Handle(string paymentId, Caller caller, Database db, Settings settings) =>
        (await Execute(db, settings, caller, paymentId)).ToOk();

    public static async Task<Outcome<PaymentView>> Execute(
        Database db,
        Settings settings,
        Caller caller,
        string paymentId
    )
    {
        var row = await db.Read(read =>
            read.Find<PaymentRow>($"{PaymentRow.Select} WHERE payment.id = @paymentId", new { paymentId })
        );
        return row is not null && caller.MaySee(row.CompanyId)
            ? PaymentView.Of(row, PayeeView.From(settings) ?? PayeeView.Unset, caller.Now)
            : Refusals.NotFound;
    }
}
