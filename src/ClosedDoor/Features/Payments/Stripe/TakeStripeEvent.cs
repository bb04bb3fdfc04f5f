using ClosedDoor.Domain;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Payments.Stripe;

/// <summary>
/// Stripe's webhook. Verifies the raw bytes, puts the event into the inbox and answers; a worker asks Stripe what it
/// means. When the inbox cannot be written the answer is no 2xx, so that Stripe delivers it again.
/// </summary>
public static class TakeStripeEvent
{
    /// <summary>Whether this delivery was the first.</summary>
    public sealed record Taken(bool Received);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/webhooks/stripe", Handle)
            .Named("TakeStripeEvent", "Stripe's webhook: takes signed events")
            .Answers<Taken>()
            .Refuses(Refusals.NotFound, Refusals.Malformed);

    static async Task<IResult> Handle(HttpContext http, Caller caller, Database db, Settings settings)
    {
        if (settings is not { StripeKey: not null, StripeWebhookSecret: { } secret })
            return Answer.Refuse(Refusals.NotFound);
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var bytes = body.GetBuffer().AsMemory(0, (int)body.Length);
        // Of several headers, none is Stripe's for sure.
        var signature = http.Request.Headers["Stripe-Signature"] is [{ } only] ? only : null;
        if (
            !StripeSignature.Verify(bytes.Span, signature, secret, caller.Now)
            || StripeEvent.Read(bytes.Span) is not { } one
            || one.Livemode != StripeSetup.IsLive(settings)
        )
            return Answer.Refuse(Refusals.Malformed);

        if (HandleStripeEvent.Concerns(one.Type))
            await db.Write("webhook:stripe", tx => StripeEventTable.Add(tx, one, caller.Now), caller.RequestId);
        return ((Outcome<Taken>)new Taken(true)).ToOk();
    }
}
