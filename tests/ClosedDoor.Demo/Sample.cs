using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using ClosedDoor.Domain;
using NodaTime;

namespace ClosedDoor.Demo;

/// <summary>Data that looks like a company's and is nobody's.</summary>
static class Sample
{
    static readonly string[] Numerals = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];

    public static string CompanyName(int number) => $"示例企业{Numerals[number - 1]}";

    /// <summary>A code of no real company's, with the check character computed (GB 32100-2015).</summary>
    public static string Uscc(int number) => SocialCreditCode.Compose($"91110108MA{number:D7}").Value;

    /// <summary>The code with its check character mistyped.</summary>
    public static string MistypedUscc(int number)
    {
        var code = Uscc(number);
        return code[..^1] + (code[^1] == '0' ? '1' : '0');
    }

    /// <summary>A complete application with two certificates; <paramref name="number"/> makes theirs differ between companies.</summary>
    public static object Application(int number, LocalDate today) =>
        new
        {
            technology = "产品与同类产品相比的技术水平与临床数据。",
            expertBacking = "与多家医院的课题合作，专家参与专委会。",
            companyStrength = "企业背景、注册资本、研发团队与生产条件。",
            cooperationModel = "与医院联合运营，设备投放与技术支持。",
            certificates = new[]
            {
                new { number = $"国械注准2023316{number:D4}", expiresOn = (LocalDate?)today.PlusYears(2) },
                new { number = $"京械备2024{number:D4}", expiresOn = (LocalDate?)null },
            }.Select(one => new { one.number, expiresOn = one.expiresOn?.ToString("uuuu-MM-dd", null) }),
            expertLinks = new[]
            {
                new
                {
                    type = "research_project",
                    specialty = "03",
                    description = "多中心临床研究",
                },
                new
                {
                    type = "paper",
                    specialty = "19",
                    description = "核心期刊临床论文",
                },
            },
            coreQuestions = new[] { "cooperation_model", "regulation" },
            safety = "上市后不良事件监测结果。",
            distinction = "相对现有产品的亮点。",
        };

    /// <summary>A PDF of one empty page (ISO 32000-1, 7.5), with a comment that makes each file its own.</summary>
    public static byte[] Pdf(string comment)
    {
        string[] objects =
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        ];
        var pdf = new StringBuilder("%PDF-1.7\n%").Append(comment).Append('\n');
        var table = new StringBuilder("0000000000 65535 f \n");
        for (var i = 0; i < objects.Length; i++)
        {
            table.Append($"{Encoding.UTF8.GetByteCount(pdf.ToString()):D10} 00000 n \n");
            pdf.Append($"{i + 1} 0 obj\n{objects[i]}\nendobj\n");
        }
        var start = Encoding.UTF8.GetByteCount(pdf.ToString());
        pdf.Append($"xref\n0 {objects.Length + 1}\n{table}");
        pdf.Append($"trailer\n<< /Size {objects.Length + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
        return Encoding.UTF8.GetBytes(pdf.ToString());
    }

    /// <summary>A picture of one grey pixel (ISO/IEC 15948).</summary>
    public static byte[] Png(byte grey)
    {
        using var png = new MemoryStream();
        png.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        Chunk(png, "IHDR", [0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
        using var pixels = new MemoryStream();
        using (var packed = new ZLibStream(pixels, CompressionLevel.Optimal, leaveOpen: true))
            packed.Write([0, grey]);
        Chunk(png, "IDAT", pixels.ToArray());
        Chunk(png, "IEND", []);
        return png.ToArray();
    }

    static void Chunk(MemoryStream png, string type, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(body));
        png.Write(number);
    }

    /// <summary>CRC-32 of ISO/IEC 15948, annex D.</summary>
    static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var one in bytes)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        }
        return ~crc;
    }
}
