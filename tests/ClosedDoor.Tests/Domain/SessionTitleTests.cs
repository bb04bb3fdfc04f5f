using ClosedDoor.Domain;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public sealed class SessionTitleTests
{
    [TestCase("中国")]
    [TestCase("全国")]
    [TestCase("国际")]
    [TestCase("峰会")]
    [TestCase("高端")]
    [TestCase("高峰")]
    public void A_delicate_word_is_warned_of(string word)
    {
        var warning = SessionTitle.Warnings($"心血管{word}闭门会").Single();

        Assert.That(warning.Zh, Does.Contain($"“{word}”"));
        Assert.That(warning.En, Does.Contain($"\"{word}\""));
    }

    [Test]
    public void Each_delicate_word_has_its_own_warning() =>
        Assert.That(SessionTitle.Warnings("中国国际医疗高峰峰会"), Has.Count.EqualTo(4));

    [TestCase("医疗机构对接闭门会")]
    [TestCase("")]
    public void A_plain_title_has_no_warning(string title) => Assert.That(SessionTitle.Warnings(title), Is.Empty);
}
