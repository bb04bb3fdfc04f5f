using ClosedDoor.Domain;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public class WordsTests
{
    [Test]
    public void A_state_is_a_snake_case_word_and_back()
    {
        Assert.That(ReservationStatus.AwaitingPayment.Word(), Is.EqualTo("awaiting_payment"));
        foreach (var status in Enum.GetValues<ReservationStatus>())
            Assert.That(Words.Parse<ReservationStatus>(status.Word()), Is.EqualTo(status));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("AwaitingPayment")]
    [TestCase("1")]
    public void A_word_that_is_none_of_ours_is_told(string? word) =>
        Assert.That(Words.TryParse<ReservationStatus>(word), Is.Null);

    [Test]
    public void A_strange_word_in_the_database_is_a_bug() =>
        Assert.That(() => Words.Parse<ReservationStatus>("sold"), Throws.InstanceOf<KeyNotFoundException>());
}

public class ZonesTests
{
    [Test]
    public void A_day_in_China_begins_at_sixteen_hours_utc()
    {
        var newYear = Instant.FromUtc(2025, 12, 31, 16, 0);
        Assert.That(Zones.Today(newYear), Is.EqualTo(new LocalDate(2026, 1, 1)));
        Assert.That(Zones.Today(newYear - Duration.Epsilon), Is.EqualTo(new LocalDate(2025, 12, 31)));
        Assert.That(Zones.EndOf(new LocalDate(2025, 12, 31)), Is.EqualTo(newYear));
    }
}
