using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Mail;

namespace ClosedDoor.Platform.Pages;

/// <summary>
/// Who prints a list of people or companies, when and why: it stands on the paper, and in the audit log before the page
/// goes out.
/// </summary>
static class PrintStamp
{
    public static async Task<Html> Put(
        Database db,
        Caller caller,
        string action,
        string sessionId,
        string reason,
        int lines
    )
    {
        await db.Write<bool>(
            caller,
            async tx =>
            {
                await tx.Record(caller.Now, new Change(sessionId, action, sessionId, After: new { reason, lines }));
                return true;
            }
        );
        return Html.Of(
            $"<p class=\"small\">内部资料，请勿外传。打印：{caller.Actor}，{Wording.At(caller.Now).Zh}；用途：{reason}</p>"
        );
    }
}
