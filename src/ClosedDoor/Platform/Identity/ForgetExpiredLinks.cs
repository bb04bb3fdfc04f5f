using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Platform.Identity;

/// <summary>
/// Deletes personal links a month after they expired, in small transactions. Nothing depends on it: what has expired is
/// refused whether or not it is still there. Any number of instances may run it at once.
/// </summary>
public sealed class ForgetExpiredLinks(Database database)
{
    const long AtOnce = 500;

    /// <returns>How many went.</returns>
    public async Task<int> RunOnce(Instant now)
    {
        var all = 0;
        int gone;
        do
        {
            gone = await database.Write(
                "job:forget-expired-links",
                tx => PersonalLinkTable.Forget(tx, now - Duration.FromDays(30), AtOnce)
            );
            all += gone;
        } while (gone >= AtOnce);
        return all;
    }
}
