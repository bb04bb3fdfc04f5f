using ClosedDoor.Domain;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public class PayerNameTests
{
    [TestCase("示例医疗(北京)有限公司")]
    [TestCase("示例医疗（北京）有限公司")]
    [TestCase("示例医疗[北京]有限公司")]
    [TestCase("示例医疗{北京}有限公司")]
    [TestCase("示例医疗【北京】有限公司")]
    [TestCase("示例医疗〔北京〕有限公司")]
    [TestCase("示例医疗〈北京〉有限公司")]
    [TestCase("示例医疗［北京］有限公司")]
    [TestCase("示例医疗﹙北京﹚有限公司")]
    [TestCase(" 示例医疗 (北京)　有限公司")]
    public void Brackets_of_any_kind_and_spaces_make_no_other_name(string printed) =>
        Assert.That(PayerName.Folded(printed), Is.EqualTo("示例医疗(北京)有限公司"));

    [TestCase('·')]
    [TestCase('•')]
    [TestCase('‧')]
    [TestCase('・')]
    [TestCase('･')]
    [TestCase('∙')]
    [TestCase('⋅')]
    public void A_middle_dot_is_one_whichever_the_keyboard_has(char dot) =>
        Assert.That(PayerName.Folded($"示例{dot}med"), Is.EqualTo("示例·MED"));

    [TestCase("示例医疗(北京)有限公司", "示例医疗有限公司")]
    [TestCase("示例医疗(北京)有限公司", "示例医疗(上海)有限公司")]
    [TestCase("示例·医疗", "示例医疗")]
    [TestCase("", "")]
    [TestCase(" ", " ")]
    public void What_a_person_reads_as_another_name_is_another_and_no_name_is_nobodys(string one, string other) =>
        Assert.That(PayerName.Same(one, other), Is.False);
}
