using NodaTime;

namespace ClosedDoor.Platform.Data;

/// <summary>Deletes the answers that idempotency keys have stood for long enough.</summary>
public sealed class ForgetIdempotencyKeys(Database database)
{
    /// <returns>How many were deleted.</returns>
    public async Task<int> RunOnce(Instant now)
    {
        var all = 0;
        int some;
        do
        {
            some = await database.Write("job:forget-idempotency-keys", tx => IdempotentWrites.Forget(tx, now));
            all += some;
        } while (some >= IdempotentWrites.ForgottenAtOnce);
        return all;
    }
}
