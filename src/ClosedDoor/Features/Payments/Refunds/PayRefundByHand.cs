using ClosedDoor.Domain;
using ClosedDoor.Features.Accounts;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Payments.Refunds;

/// <summary>
/// Refunds that finance pays by bank. Money goes to the account that paid; to another, and where the provider could not
/// send it, only with the company's stamped letter and a second person's approval. The bank's serial is the proof.
/// </summary>
public static class PayRefundByHand
{
    /// <param name="Letter">The stamped letter that names the account: its number or date, as it is filed.</param>
    public sealed record Redirection(string? PayeeName, string? PayeeAccount, string? Letter);

    public sealed record Payout(string? BankSerial, LocalDate? PaidOn);

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost(
                "/refunds/{refundId}/manual-payout",
                async (string refundId, Redirection request, Caller caller, Database db) =>
                    (await Redirect(db, caller, refundId, request)).ToOk()
            )
            .Named("RedirectRefund", "Pay a refund by bank, to another account than it came from")
            .RequireAuthorization(Policy.Finance)
            .Answers<RefundView>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.StaleVersion, Refusals.WrongRefundStatus)
            .Example(new Redirection("示例企业一", "6222000000000001", "退款账户变更函 2027-03-01"));
        api.MapPost(
                "/refunds/{refundId}/pay",
                async (string refundId, Payout request, Caller caller, Database db) =>
                    (await Pay(db, caller, refundId, request)).ToOk()
            )
            .Named("PayRefund", "Record that a refund was paid by bank")
            .RequireAuthorization(Policy.Finance)
            .Answers<RefundView>()
            .Refuses(
                Refusals.NotFound,
                Refusals.Invalid,
                Refusals.StaleVersion,
                Refusals.WrongRefundStatus,
                Refusals.SecondPersonNeeded,
                Refusals.RedLetterNeeded,
                Refusals.RefundTooLarge,
                Refusals.BankSerialRecorded,
                Refusals.PaymentMethodUnavailable
            )
            .Example(new Payout("2027030200001", new LocalDate(2027, 2, 20)));
    }

    public static async Task<Outcome<RefundView>> Redirect(
        Database db,
        Caller caller,
        string refundId,
        Redirection request
    )
    {
        var errors = new FieldErrors();
        var payee = errors.Text("payeeName", request.PayeeName, 100);
        var account = errors.Text("payeeAccount", request.PayeeAccount, 40);
        var letter = errors.Text("letter", request.Letter, 100);
        if (errors.Refusal is { } invalid)
            return invalid;

        return await RefundDecision.Make(
            db,
            caller,
            refundId,
            async (tx, locked) =>
            {
                // What the provider may be sending at this moment must fail there first: it would be paid twice.
                if (locked.Refund is { ByHand: 0, State: not RefundStatus.RefundFailed })
                    return Refusals.WrongRefundStatus;
                var waits = await RefundTable.Transition(
                    tx,
                    locked.Refund,
                    RefundTrigger.AskByHand,
                    caller.Now,
                    row =>
                        row with
                        {
                            ByHand = 1,
                            PayeeName = payee,
                            PayeeAccount = account,
                            Letter = letter,
                            RequestedBy = caller.Actor,
                            ApprovedBy = null,
                        }
                );
                return waits is null ? Refusals.WrongRefundStatus : waits;
            }
        );
    }

    public static async Task<Outcome<RefundView>> Pay(Database db, Caller caller, string refundId, Payout request)
    {
        var errors = new FieldErrors();
        var proof = PaidByBank.Read(errors, request.BankSerial, request.PaidOn, "paidOn", caller.Now);
        if (errors.Refusal is { } invalid)
            return invalid;

        return await RefundDecision.Make(
            db,
            caller,
            refundId,
            async (tx, locked) =>
            {
                if (PayeeView.From(tx.Settings) is not { } own)
                    return Refusals.PaymentMethodUnavailable;
                if (locked.Refund.State is RefundStatus.Withdrawn)
                    return Refusals.WrongRefundStatus.Because(
                        "该退款已作废，请勿汇款；若已汇出，请联系收款方退回。",
                        "This refund is withdrawn: do not pay it. If the money has left already, ask the payee to send it back."
                    );
                if (locked.Refund is not { ByHand: 1, State: RefundStatus.RefundDue or RefundStatus.ManualPayout })
                    return Refusals.WrongRefundStatus;
                if (await Person.IsBehind(tx, caller, locked.Refund.ApprovedBy))
                    return Refusals.SecondPersonNeeded; // Who approves a payout does not make it.
                if (await RedLetterGate.Closed(tx, locked.Refund) is { } gate)
                    return gate;
                if (await Refundable.Frozen(tx, locked.Refund) is { } frozen)
                    return frozen;
                if (!await RefundTable.TakeSerial(tx, locked.Refund.Id, own.Account, proof.Serial, caller.Now))
                    return Refusals.BankSerialRecorded;
                if (locked.Refund.State is RefundStatus.RefundDue)
                    locked = locked with
                    {
                        Refund = (
                            await RefundTable.Transition(tx, locked.Refund, RefundTrigger.PayByHand, caller.Now)
                        )!,
                    };
                var paid = await Refunding.Succeeded(
                    tx,
                    locked,
                    caller.Now,
                    proof: row =>
                        row with
                        {
                            PaidFrom = own.Account,
                            BankSerial = proof.Serial,
                            PaidOn = proof.On,
                            PaidBy = caller.Actor,
                        }
                );
                return paid!;
            }
        );
    }
}
