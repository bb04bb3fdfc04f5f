using System.Buffers.Text;
using ClosedDoor.Platform.Http;
using ClosedDoor.Tests.Domain;
using FsCheck.Fluent;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Http;

public class CursorTests
{
    [Test]
    public void A_cursor_gives_back_its_key() =>
        Assert.That(
            Cursor.Decode(Cursor.Encode("2026-03-01", "ses_1"), 2),
            Is.EqualTo(new[] { "2026-03-01", "ses_1" })
        );

    [Test]
    public void A_cursor_with_another_number_of_parts_is_none() =>
        Assert.That(Cursor.Decode(Cursor.Encode("2026-03-01", "ses_1"), 1), Is.Null);

    [Test]
    public void One_changed_bit_makes_a_cursor_invalid() =>
        Properties.Hold(
            Gen.Choose(0, 200),
            bit =>
            {
                var bytes = Base64Url.DecodeFromChars(Cursor.Encode("2026-03-01", "ses_01khws5mbcf5rtnyjcg1a9w9j6"));
                bytes[bit / 8 % bytes.Length] ^= (byte)(1 << (bit % 8));
                return Cursor.Decode(Base64Url.EncodeToString(bytes), 2) is null;
            }
        );
}
