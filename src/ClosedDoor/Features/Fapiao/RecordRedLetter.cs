using ClosedDoor.Domain;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Fapiao;

/// <summary>Records the red-letter (红字) fapiao for a refund. The refund, which waited for it, goes on its way.</summary>
public static class RecordRedLetter
{
    public sealed record Request(string? RefundId, string? Number, LocalDate? IssuedOn);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/fapiaos/{fapiaoId}/red-letters", Handle)
            .Named("RecordRedLetter", "Record the red-letter fapiao for a refund")
            .RequireAuthorization(Policy.Finance)
            .Answers<FapiaoView>()
            .Refuses(
                Refusals.NotFound,
                Refusals.Invalid,
                Refusals.StaleVersion,
                Refusals.FapiaoNotIssued,
                Refusals.RedLetterRecorded
            )
            .Example(new Request("rfd_01hf7yat00e04awxx9ykvpxjmm", "27112000000000000002", new LocalDate(2027, 2, 20)));

    static async Task<IResult> Handle(string fapiaoId, Request request, Caller caller, Database db) =>
        (await Execute(db, caller, fapiaoId, request)).ToOk();

    static async Task<Outcome<FapiaoView>> Execute(Database db, Caller caller, string fapiaoId, Request request)
    {
        var malformed = new FieldErrors();
        var refundId = malformed.Text("refundId", request.RefundId, 60);
        var number = FapiaoNumber.Checked(malformed, "number", request.Number);
        var on = malformed.Required("issuedOn", request.IssuedOn);
        malformed.NotAfter(Zones.Today(caller.Now), "issuedOn", on);
        if (malformed.Refusal is { } invalid)
            return invalid;

        return await db.Write<FapiaoView>(
            caller,
            async tx =>
            {
                if (await FapiaoRow.Find(tx, fapiaoId) is not { } row)
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                if (row.State is not FapiaoStatus.Issued)
                    return Refusals.FapiaoNotIssued;
                var errors = new FieldErrors();
                if (await Refunding.Lock(tx, refundId) is not { } locked || locked.Refund.PaymentId != row.PaymentId)
                    errors.Add("refundId", "不是该发票对应付款的退款。", "No refund of this fapiao's payment.");
                else if (
                    !await FapiaoTable.HasRedLetter(tx, refundId)
                    && await RedLetterGate.Closed(tx, locked.Refund) is null
                )
                    errors.Add(
                        "refundId",
                        "该退款不在发票金额之内，无需红字发票。",
                        "The fapiao's amount does not hold this refund: it needs no red letter."
                    );
                if (on < row.IssuedOn)
                    errors.Add("issuedOn", "不得早于原发票的开票日期。", "Must not be before the fapiao itself.");
                if (errors.Refusal is { } wrong)
                    return wrong;
                if (!await FapiaoTable.AddRedLetter(tx, row, refundId, number, on, caller.Now))
                    return Refusals.RedLetterRecorded;
                await Refunding.GateOpened(tx, row.PaymentId, caller.Now);
                return await FapiaoView.Of(tx, row);
            }
        );
    }
}
