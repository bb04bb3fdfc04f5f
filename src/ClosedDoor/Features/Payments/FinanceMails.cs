using ClosedDoor.Domain;
using ClosedDoor.Features.Accounts;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Mail;

namespace ClosedDoor.Features.Payments;

/// <summary>What finance is told, so that nobody has to look into a queue to learn that there is something in it.</summary>
static class FinanceMails
{
    /// <summary>Null when it has been dealt with already, or nobody here does finance.</summary>
    public static async Task<Letter?> RefundFailed(Statements read, string refundId, Settings settings)
    {
        if (
            await RefundTable.Find(read, refundId) is not { State: RefundStatus.RefundFailed } refund
            || await SessionFacts.Find(read, refund.SessionId) is not { } session
            || await OrganizersWith.Addresses(read, Permission.Finance) is not { Count: > 0 } finance
        )
            return null;
        var reference = await read.Get<string>(
            "SELECT reference FROM payment WHERE id = @PaymentId",
            new { refund.PaymentId }
        );
        return new()
        {
            To = finance,
            Subject = session.Subject("退款失败，待处理", "A refund has failed"),
            Greeting = new("您好：", "Hello,"),
            Says =
            [
                new(
                    "以下退款未能完成，已回到待处理队列：请重新发起，或凭企业函件改为银行转账。",
                    "The refund below did not go through and is back in the queue: send it once more, or pay it by bank with the company's letter."
                ),
            ],
            Facts =
            [
                .. session.Facts,
                new(new("付款附言", "Payment reference"), reference),
                new(new("退款金额", "Amount"), Wording.Yuan(refund.Amount, refund.Currency)),
                new(new("原因", "Reason"), refund.Failure ?? ""),
            ],
            Link = Links.Refund(settings, refund.Id),
        };
    }
}
