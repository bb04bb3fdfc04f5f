using ClosedDoor.Platform.Data;

namespace ClosedDoor.Chaos;

/// <summary>
/// What has to have happened before the load may stop, or what is judged then would hold of nothing. A busy machine takes
/// longer for it, and the load goes on until it is there.
/// </summary>
sealed class Enough(Database database, IReadOnlyList<Booker> bookers, IReadOnlyList<Inviter> inviters, MailSink mail)
{
    /// <summary>Answers that callers keep in mind, and mails, are more than this.</summary>
    public const int Told = 20;

    /// <summary>Guests' answers are more than this, and scans at the door than <see cref="Scans"/>.</summary>
    public const int Answers = 5;

    public const int Scans = 2;

    static readonly TimeSpan Longest = TimeSpan.FromSeconds(120);

    /// <param name="more">What this run needs besides.</param>
    public async Task Wait(Func<Task<bool>> more)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (
            TimeProvider.System.GetElapsedTime(began) < Longest
            && !(IsTold && await MoneyIsHereAndBack() && await more())
        )
            await Task.Delay(1000);
    }

    bool IsTold =>
        bookers.Sum(one => one.Reservations.Count) > Told
        && mail.Taken.Count > Told
        && inviters.Sum(one => one.Answers.Count) > Answers
        && inviters.Sum(one => one.Scans.Count) > Scans;

    /// <summary>A seat that was paid for online is kept whatever comes, and the money of another has gone back whole.</summary>
    async Task<bool> MoneyIsHereAndBack() =>
        bookers.Any(one => one.KeepsOneOnline)
        && await database.Read(read =>
            read.Get<long>(
                "SELECT COUNT(*) FROM refund WHERE method = 'stripe' AND status = 'refunded' AND out_of_price = 0"
            )
        ) > 0;
}
