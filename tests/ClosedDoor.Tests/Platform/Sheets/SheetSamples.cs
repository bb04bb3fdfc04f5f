using System.IO.Compression;
using System.Text;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Sheets;
using ClosedDoor.Tests.Domain;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Sheet = ClosedDoor.Platform.Sheets.Sheet;

namespace ClosedDoor.Tests.Platform.Sheets;

/// <summary>A table of three columns, what may stand in its cells, and how it reads.</summary>
static class SheetSamples
{
    public static readonly SheetColumn[] Columns =
    [
        SheetColumn.Needed("name", "对方户名", "Payer name"),
        SheetColumn.Needed("amount", "收入金额", "Credit amount"),
        SheetColumn.Optional("remark", "附言", "摘要", "Remark"),
    ];

    static readonly string[] Hanzi =
    [
        .. "一丁七万丈三上下示例企业医疗器械有限公司北京（）·，。￥㐀镕𠮷"
            .EnumerateRunes()
            .Select(rune => rune.ToString()),
    ];

    static readonly Gen<string> Pieces = Gen.OneOf(
        Gen.Elements(Hanzi),
        Gen.Elements(
            "a",
            "Z",
            "0",
            "-",
            "é",
            "Ж",
            "\"",
            "\"\"",
            "'",
            ",",
            "\t",
            ";",
            "=",
            "+",
            "@",
            " ",
            "\n",
            "\r\n",
            "\r"
        ),
        Gen.Choose(32, 126).Select(c => ((char)c).ToString())
    );

    public static readonly Gen<string> Cells = Gen.Choose(0, 12)
        .SelectMany(length => Gen.ArrayOf(Pieces, length))
        .Select(pieces => string.Concat(pieces).Trim());

    public static readonly Gen<string[][]> Tables = Gen.Choose(1, 8)
        .SelectMany(rows => Gen.ArrayOf(Gen.ArrayOf(Cells, 3), rows))
        .Where(rows => Array.TrueForAll(rows, row => row.Any(cell => cell.Length > 0)));

    public static Sheet Read(byte[] bytes) => SheetReader.Read(bytes, Columns).Value;

    public static string[][] CellsOf(Sheet sheet) =>
        [.. sheet.Rows.Select(row => new[] { row["name"], row["amount"], row["remark"] })];

    public static Worksheet Sheet(string[][] rows) =>
        new("流水", ["对方户名", "收入金额", "附言"], [.. rows.Select(row => row.Select(Cell.Of).ToArray())]);
}
