using ClosedDoor.Domain;
using ClosedDoor.Features.Accounts;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Mail;

namespace ClosedDoor.Features.Payments.Refunds;

/// <summary>What finance is told, so that nobody has to look into a queue to learn that there is something in it.</summary>
static class FinanceMails
{
    /// <summary>Null when it has been dealt with already, or nobody here does finance.</summary>
    public static async Task<Letter?> RefundFailed(Statements read, string refundId, Settings settings) =>
        await RefundTable.Find(read, refundId) switch
        {
            { State: RefundStatus.RefundFailed } refund => await About(
                read,
                settings,
                refund,
                new("退款失败，待处理", "A refund has failed"),
                new(
                    "以下退款未能完成，已回到待处理队列：请重新发起，或凭企业函件改为银行转账。",
                    "The refund below did not go through and is back in the queue: send it once more, or pay it by bank with the company's letter."
                )
            ),
            { State: RefundStatus.Withdrawn, Cause: RefundCause.External } refund => await About(
                read,
                settings,
                refund,
                new("支付机构后台的退款未成功", "A refund made at the provider has come back"),
                new(
                    "以下在支付机构后台发起的退款未能到账，已作废；依规则应退的款项将由系统另行退款。",
                    "The refund below, made in the provider's dashboard, did not arrive and counts no more; what is due by the rules goes back under a refund of ours."
                )
            ),
            _ => null,
        };

    /// <summary>Somebody has refunded in the provider's dashboard.</summary>
    public static async Task<Letter?> RefundedOutside(Statements read, string refundId, Settings settings) =>
        await RefundTable.Find(read, refundId) is { State: RefundStatus.ExternalRefund } refund
            ? await About(
                read,
                settings,
                refund,
                new("支付机构后台有退款", "A refund was made at the provider"),
                new(
                    "有人在支付机构后台对以下付款退款。系统已将其记账，并撤回被其取代的待发退款；席位不变，如需取消请另行处理。",
                    "Somebody has refunded the payment below in the provider's dashboard. It is booked, and promises of ours that it takes the place of are withdrawn; the seat is as it was: cancel it if it should go."
                )
            )
            : null;

    /// <summary>What was promised goes back no more, though nobody has said so: its money has gone another way.</summary>
    public static async Task<Letter?> RefundDropped(Statements read, string refundId, Settings settings) =>
        await RefundTable.Find(read, refundId) is { State: RefundStatus.Withdrawn } refund
            ? await About(
                read,
                settings,
                refund,
                new("待付退款已作废", "A refund that was not paid yet is withdrawn"),
                refund.ByHand == 1
                    ? new(
                        "以下待汇退款已作废：其款项已另行退回、被付款方银行收回，或已被抵销；仍应退的部分已重新列为退款。请勿汇款；若已汇出，请联系收款方退回。",
                        "The refund below is withdrawn: its money went back another way, was taken back by the buyer's bank, or was set off. What is still due is promised anew. Do not pay it; if it has left already, ask the payee to send it back."
                    )
                    : new(
                        "以下由人工给予、尚未汇出的退款已作废：其款项已另行退回，或被付款方银行收回；余下的部分已重新列为退款。如仍应给予，请待款项到账后重新发起。",
                        "The refund below, which a person gave and which had not left, is withdrawn: its money went back another way, or was taken back by the buyer's bank. What is left of it is promised anew. If it should be given all the same, ask for it again once the money is here."
                    )
            )
            : null;

    /// <summary>A buyer's bank contests a payment. Null once that is decided.</summary>
    public static async Task<Letter?> DisputeOpened(Statements read, string disputeId, Settings settings)
    {
        if (
            await DisputeTable.Find(read, disputeId) is not { State: DisputeStatus.Disputed } dispute
            || await read.Find<PaymentRow>(
                $"{PaymentRow.Select} WHERE payment.id = @PaymentId",
                new { dispute.PaymentId }
            )
                is not { } payment
            || await SessionFacts.Find(read, payment.SessionId) is not { } session
            || await OrganizersWith.Addresses(read, Permission.Finance) is not { Count: > 0 } finance
        )
            return null;
        List<Fact> facts =
        [
            .. session.Facts,
            new(new("付款附言", "Payment reference"), payment.Reference),
            new(new("争议金额", "Contested"), Wording.Yuan(dispute.Amount, dispute.Currency)),
            new(new("理由", "Reason"), dispute.Reason),
        ];
        if (dispute.EvidenceDueAt is { } due)
            facts.Add(new(new("举证截止", "Evidence due by"), Wording.By(due, false)));
        return new()
        {
            To = finance,
            Subject = session.Subject("付款发生拒付争议", "A payment is contested"),
            Greeting = new("您好：", "Hello,"),
            Says =
            [
                new(
                    "付款方银行对以下付款提出争议。裁定之前该笔款项不予退款；请在截止时间前在支付机构后台举证。",
                    "The buyer's bank contests the payment below. Until it has decided, that money is not refunded; hand in evidence in the provider's dashboard in time."
                ),
            ],
            Facts = facts,
            Link = Links.Reservation(settings, payment.ReservationId),
        };
    }

    static async Task<Letter?> About(Statements read, Settings settings, RefundRow refund, Text subject, Text says)
    {
        if (
            await SessionFacts.Find(read, refund.SessionId) is not { } session
            || await OrganizersWith.Addresses(read, Permission.Finance) is not { Count: > 0 } finance
        )
            return null;
        var reference = await read.Get<string>(
            "SELECT reference FROM payment WHERE id = @PaymentId",
            new { refund.PaymentId }
        );
        List<Fact> facts =
        [
            .. session.Facts,
            new(new("付款附言", "Payment reference"), reference),
            new(new("退款金额", "Amount"), Wording.Yuan(refund.Amount, refund.Currency)),
        ];
        if (refund.Failure is { } failure)
            facts.Add(new(new("原因", "Reason"), failure));
        return new()
        {
            To = finance,
            Subject = session.Subject(subject.Zh, subject.En),
            Greeting = new("您好：", "Hello,"),
            Says = [says],
            Facts = facts,
            Link = Links.Refund(settings, refund.Id),
        };
    }
}
