using System.Globalization;
using System.Text;
using ClosedDoor.Tests.Domain;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Guests;

public class ImportPropertyTests : ImportDesk
{
    sealed record Written(
        string Encoding,
        string LineEnd,
        char Separator,
        bool AlwaysQuoted,
        string[] Units,
        int? Broken
    );

    /// <summary>Units with what breaks parsers of tables: separators, quotes, blanks, other scripts.</summary>
    static Gen<Written> Files()
    {
        var unit = Gen.Elements("示例,研究院;\"\t' =+-@中心ABC一二三乙".ToCharArray())
            .ListOf()
            .Select(chars => $"示例{string.Concat(chars).Trim()}院");
        return from encoding in Gen.Elements("utf-8", "utf-8-bom", "gb18030", "utf-16")
            from lineEnd in Gen.Elements("\n", "\r\n", "\r")
            from separator in Gen.Elements(',', '\t', ';')
            from quoted in Gen.Elements(true, false)
            from units in unit.NonEmptyListOf()
            from broken in Gen.Frequency((1, Gen.Constant((int?)null)), (1, Gen.Choose(0, 20).Select(at => (int?)at)))
            select new Written(encoding, lineEnd, separator, quoted, [.. units.Take(12)], broken);
    }

    static byte[] Bytes(Written file)
    {
        var text = new StringBuilder();
        Line("类别", "姓名", "单位", "手机");
        for (var i = 0; i < file.Units.Length; i++)
            Line(
                "科研专家",
                $"示例嘉宾{i}",
                file.Units[i],
                i == file.Broken % file.Units.Length
                    ? "12"
                    : string.Create(CultureInfo.InvariantCulture, $"1370000{i:D4}")
            );
        return file.Encoding switch
        {
            "utf-8" => new UTF8Encoding(false).GetBytes(text.ToString()),
            "utf-8-bom" => [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text.ToString())],
            "utf-16" => [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(text.ToString())],
            var name => Encoding.GetEncoding(name).GetBytes(text.ToString()),
        };

        void Line(params string[] cells) =>
            text.Append(string.Join(file.Separator, cells.Select(Cell))).Append(file.LineEnd);

        string Cell(string cell) =>
            file.AlwaysQuoted || cell.AsSpan().IndexOfAny(",\t;\"") >= 0 || cell.Contains(' ')
                ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
                : cell;
    }

    [Test]
    public void Whatever_encoding_quotes_and_line_ends_all_of_a_file_comes_in_or_nothing() =>
        Properties.Hold(
            Files(),
            file =>
            {
                var import = Import(Bytes(file), allOrNothing: true).GetAwaiter().GetResult();
                var units = _host
                    .Data.Read(read => read.All<string>("SELECT unit FROM guest ORDER BY phone"))
                    .GetAwaiter()
                    .GetResult();
                _host.Tamper("DELETE FROM guest").GetAwaiter().GetResult();
                return file.Broken is null
                    ? import["status"].GetString() == "done"
                        && units.SequenceEqual(file.Units.Select(unit => unit.Trim()))
                    : import["status"].GetString() == "refused" && units.Count == 0;
            },
            runs: 60
        );
}
