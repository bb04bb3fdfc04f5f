using ClosedDoor.Domain;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public class FieldErrorsTests
{
    [Test]
    public void Nothing_wrong_is_no_refusal() => Assert.That(new FieldErrors().Refusal, Is.Null);

    [TestCase(null, "Required.")]
    [TestCase("   ", "Required.")]
    [TestCase("a", "At least 2 characters.")]
    [TestCase("abcdef", "At most 5 characters.")]
    [TestCase("a\u0001b", "Contains control characters.")]
    [TestCase("a\nb", "Must be one line.")]
    [TestCase("a\rb", "Must be one line.")]
    [TestCase("a\u2028b", "Must be one line.")]
    [TestCase("a\u200bb", "Contains invisible formatting characters.")]
    [TestCase("a\u202eb", "Contains invisible formatting characters.")]
    [TestCase("a\U000E0041b", "Contains invisible formatting characters.")]
    public void A_text_is_refused_with_its_reason(string? text, string reason)
    {
        var errors = new FieldErrors();
        errors.Text("title", text, longest: 5, shortest: 2);
        Assert.That(errors.Refusal!.Fields!["title"].Single().En, Is.EqualTo(reason));
        Assert.That(errors.Refusal.Is(Refusals.Invalid));
    }

    [TestCase(null, "Required.")]
    [TestCase("purchase", "Must be one of: second_meeting, intention, trial, memorandum, contract_talks.")]
    [TestCase("", "Must be one of: second_meeting, intention, trial, memorandum, contract_talks.")]
    public void A_word_that_is_missing_or_none_of_ours_is_refused_once(string? word, string reason)
    {
        var errors = new FieldErrors();
        errors.RequiredWord<OutcomeStage>("stage", word);
        Assert.That(errors.Refusal!.Fields!["stage"].Single().En, Is.EqualTo(reason));
    }

    [Test]
    public void A_word_of_ours_is_taken()
    {
        var errors = new FieldErrors();
        Assert.That(errors.RequiredWord<OutcomeStage>("stage", "trial"), Is.EqualTo(OutcomeStage.Trial));
        Assert.That(errors.Refusal, Is.Null);
    }

    [TestCase(" ab ", "ab")]
    [TestCase("a\tb", "a\tb")]
    [TestCase("示例😀", "示例😀")]
    [TestCase("abcde", "abcde")]
    public void A_text_in_bounds_is_trimmed(string text, string expected)
    {
        var errors = new FieldErrors();
        Assert.That(errors.Text("title", text, longest: 5, shortest: 2), Is.EqualTo(expected));
        Assert.That(errors.Refusal, Is.Null);
    }

    [TestCase(null, null)]
    [TestCase("draft", VettingStatus.Draft)]
    [TestCase("info_requested", VettingStatus.InfoRequested)]
    public void A_word_is_read(string? word, VettingStatus? expected)
    {
        var errors = new FieldErrors();
        Assert.That(errors.OptionalWord<VettingStatus>("status", word), Is.EqualTo(expected));
        Assert.That(errors.Refusal, Is.Null);
    }

    [TestCase("")]
    [TestCase("Draft")]
    [TestCase("none")]
    public void A_word_that_is_none_of_ours_is_refused_with_those_that_are(string word)
    {
        var errors = new FieldErrors();
        Assert.That(errors.OptionalWord<CoreQuestion>("status", word), Is.Null);
        Assert.That(
            errors.Refusal!.Fields!["status"].Single().En,
            Is.EqualTo("Must be one of: cooperation_model, regulation, professional_doubt, cooperation_channel.")
        );
    }

    [Test]
    public void Lines_may_break_but_hide_nothing()
    {
        var errors = new FieldErrors();
        Assert.That(errors.Lines("note", "a\r\nb\tc ", 10), Is.EqualTo("a\r\nb\tc"));
        Assert.That(errors.OptionalLines("note", null, 10), Is.Null);
        Assert.That(errors.Refusal, Is.Null);
        errors.OptionalLines("note", "a\u2066b", 10);
        errors.OptionalLines("note", "a\nb\u0007", 10);
        Assert.That(
            errors.Refusal!.Fields!["note"].Select(text => text.En),
            Is.EqualTo(["Contains invisible formatting characters.", "Contains control characters."])
        );
    }

    [Test]
    public void A_text_that_may_be_empty_is_not_required()
    {
        var errors = new FieldErrors();
        Assert.That(errors.Text("note", " ", longest: 5, shortest: 0), Is.Empty);
        Assert.That(errors.Refusal, Is.Null);
    }

    [TestCase(-1, true)]
    [TestCase(0, true)]
    [TestCase(1, false)]
    [TestCase(null, true, Description = "Missing is not late.")]
    public void A_day_that_is_past_or_today_lies_not_in_the_future(int? daysAhead, bool fits)
    {
        var today = new LocalDate(2026, 3, 2);
        var errors = new FieldErrors();
        errors.NotAfter(today, "queriedOn", daysAhead is { } days ? today.PlusDays(days) : null);

        Assert.That(
            errors.Refusal?.Fields?["queriedOn"].Single().En,
            Is.EqualTo(fits ? null : "Must not lie in the future.")
        );
    }

    [Test]
    public void An_optional_text_may_be_left_out()
    {
        var errors = new FieldErrors();
        Assert.That(errors.OptionalText("note", " ", 3), Is.Null);
        Assert.That(errors.OptionalText("note", "abc", 3), Is.EqualTo("abc"));
        Assert.That(errors.Refusal, Is.Null);
        errors.OptionalText("note", "abcd", 3);
        Assert.That(errors.Refusal, Is.Not.Null);
    }

    [Test]
    public void All_errors_of_all_fields_are_kept()
    {
        var errors = new FieldErrors();
        errors.Add("a", "一", "one");
        errors.Add("a", "二", "two");
        errors.Add("b", "三", "three");
        Assert.That(errors.Refusal!.Fields!["a"].Select(text => text.En), Is.EqualTo(new[] { "one", "two" }));
        Assert.That(errors.Refusal.Fields["b"].Single().Zh, Is.EqualTo("三"));
    }

    [Test]
    public void A_missing_value_is_required()
    {
        var errors = new FieldErrors();
        Assert.That(errors.Required<int>("present", 7), Is.EqualTo(7));
        Assert.That(errors.Refusal, Is.Null);
        Assert.That(errors.Required<int>("absent", null), Is.Zero);
        Assert.That(errors.Refusal!.Fields!.Keys, Is.EqualTo(new[] { "absent" }));
    }

    [TestCase(0, false)]
    [TestCase(1, true)]
    [TestCase(3, true)]
    [TestCase(4, false)]
    public void A_number_lies_within_its_bounds(long value, bool fits)
    {
        var errors = new FieldErrors();
        Assert.That(errors.Within("n", value, 1, 3), Is.EqualTo(value));
        Assert.That(errors.Refusal is null, Is.EqualTo(fits));
    }

    [Test]
    public void A_parser_says_what_is_wrong_in_its_own_words()
    {
        var errors = new FieldErrors();
        Assert.That(errors.Parsed("uscc", SocialCreditCode.Parse("91110108717809965C")), Is.Null);
        Assert.That(errors.Refusal!.Fields!["uscc"].Single().En, Does.Contain("J"));
        Assert.That(
            errors.Parsed("other", SocialCreditCode.Parse("9144030071526726XG"))!.Value,
            Is.EqualTo("9144030071526726XG")
        );
        Assert.That(errors.Refusal.Fields, Does.Not.ContainKey("other"));
    }

    [Test]
    public void A_refusal_without_words_is_called_malformed()
    {
        var errors = new FieldErrors();
        errors.Parsed<string>("x", Refusals.NotFound);
        Assert.That(errors.Refusal!.Fields!["x"].Single(), Is.EqualTo(new Text("格式不正确。", "Malformed.")));
    }
}
