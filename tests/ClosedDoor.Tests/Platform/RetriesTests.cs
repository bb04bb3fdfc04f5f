using ClosedDoor.Platform.Outbox;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

public class RetriesTests
{
    [Test]
    public void Every_wait_is_at_most_an_hour_and_at_least_half_of_the_one_meant(
        [Range(1, 40)] int attempts,
        [Values(0.0, 0.5, 1.0)] double chance
    )
    {
        var meant = Math.Min(3600, 30 * Math.Pow(2, attempts - 1));

        Assert.That(Retries.Wait(attempts, chance).TotalSeconds, Is.EqualTo(meant * (0.5 + chance / 2)).Within(0.01));
    }
}
