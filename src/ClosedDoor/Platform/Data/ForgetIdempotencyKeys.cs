using NodaTime;

namespace ClosedDoor.Platform.Data;

/// <summary>Deletes the answers that idempotency keys have stood for long enough.</summary>
public sealed class ForgetIdempotencyKeys(Database database)
{
    /// <returns>How many were deleted.</returns>
    public Task<int> RunOnce(Instant now) =>
        database.Write("job:forget-idempotency-keys", tx => IdempotentWrites.Forget(tx, now));
}
