using ClosedDoor.Domain;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public class HalfWidthTests
{
    [TestCase("！", "!", Description = "The first.")]
    [TestCase("～", "~", Description = "The last.")]
    [TestCase("ＣＤ－７Ｋ３ＭＱ－４", "CD-7K3MQ-4")]
    [TestCase("示例　企业（北京）", "示例 企业(北京)")]
    public void Full_width_characters_become_their_ascii_twins(string wide, string narrow) =>
        Assert.That(HalfWidth.Of(wide), Is.EqualTo(narrow));

    [TestCase("示例企业、【北京】。")]
    [TestCase("｟￥｠")]
    [TestCase("¥38,800.00")]
    [TestCase("")]
    public void Nothing_else_changes(string text) => Assert.That(HalfWidth.Of(text), Is.EqualTo(text));
}
