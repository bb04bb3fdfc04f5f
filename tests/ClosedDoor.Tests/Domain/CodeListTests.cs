using ClosedDoor.Domain;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public sealed class CodeListTests
{
    [Test]
    public void Specialties_run_from_01_to_32_without_29_and_from_50_to_52() =>
        Assert.That(
            Specialty.All.Select(entry => entry.Code),
            Is.EqualTo(
                Enumerable
                    .Range(1, 32)
                    .Where(n => n != 29)
                    .Concat(Enumerable.Range(50, 3))
                    .Select(n => n.ToString("00"))
            )
        );

    [Test]
    public void Device_classes_run_from_01_to_22() =>
        Assert.That(
            DeviceClass.All.Select(entry => entry.Code),
            Is.EqualTo(Enumerable.Range(1, 22).Select(n => n.ToString("00")))
        );

    [Test]
    public void Every_name_is_there_in_both_languages_and_once()
    {
        foreach (var list in new[] { Specialty.All, DeviceClass.All })
        {
            Assert.That(list.Select(entry => entry.Zh), Is.Unique.And.None.Empty);
            Assert.That(list.Select(entry => entry.En), Is.Unique.And.None.Empty);
        }
    }

    [Test]
    public void A_specialty_is_found_by_its_code()
    {
        Assert.That(Specialty.Find("03"), Is.EqualTo(new CodeEntry("03", "内科", "Internal medicine")));
        Assert.That(Specialty.IsKnown("52"), Is.True);
        foreach (var unknown in new[] { null, "", "3", "29", "33", "内科" })
            Assert.That(Specialty.IsKnown(unknown), Is.False, unknown);
    }

    [Test]
    public void A_device_class_is_found_by_its_code()
    {
        Assert.That(DeviceClass.Find("21"), Is.EqualTo(new CodeEntry("21", "医用软件", "Medical software")));
        Assert.That(DeviceClass.IsKnown("01"), Is.True);
        foreach (var unknown in new[] { null, "", "1", "00", "23" })
            Assert.That(DeviceClass.IsKnown(unknown), Is.False, unknown);
    }
}
