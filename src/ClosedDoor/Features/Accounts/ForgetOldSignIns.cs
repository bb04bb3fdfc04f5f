using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Accounts;

/// <summary>
/// Deletes sign-ins that are over, spent tokens and old failures, in small transactions. Nothing depends on it: what has
/// expired is refused whether or not it is still there. Any number of instances may run it at once.
/// </summary>
public sealed class ForgetOldSignIns(Database database)
{
    const long AtOnce = 500;

    /// <returns>How many rows went.</returns>
    public async Task<int> RunOnce(Instant now)
    {
        var all = 0;
        int gone;
        do
        {
            gone = await database.Write(
                "job:forget-old-sign-ins",
                async tx => await SignInTable.Forget(tx, now, AtOnce) + await SignInFailureTable.Forget(tx, now, AtOnce)
            );
            all += gone;
        } while (gone >= AtOnce);
        return all;
    }
}
