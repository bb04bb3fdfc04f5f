using ClosedDoor.Domain;
using ClosedDoor.Platform.Files;

namespace ClosedDoor.Platform.Sheets;

/// <summary>
/// Reads a table that people and banks send: CSV in UTF-8, UTF-16 or GB18030 (and so GBK), or XLSX. The header is found
/// by its names, below whatever title lines stand above it. Nothing of a file that cannot be read whole is given out.
/// </summary>
public static class SheetReader
{
    /// <summary>Bank exports put account, period and totals above the header.</summary>
    const int HeaderWithin = 40;

    /// <summary>The rows of the file, or why it cannot be read as a table of these columns.</summary>
    public static Outcome<Sheet> Read(byte[] bytes, IReadOnlyList<SheetColumn> columns, SheetLimits? limits = null)
    {
        limits ??= SheetLimits.Usual;
        if (FileKind.SniffSheet(bytes) is not { } kind)
            return Refusals.SheetTypeRefused;
        if (kind == FileKind.Xlsx)
            return XlsxRows
                .Read(bytes, limits)
                .Then(sheets => FirstWithHeader(sheets.Select(rows => Named(rows, columns))));
        return SheetText
            .Decode(bytes)
            .Then(text =>
                CsvRows.IsTooWide(text)
                    ? limits.TooManyColumns
                    : FirstWithHeader(
                        CsvRows
                            .Separators(text)
                            .Select(separator =>
                                CsvRows.Read(text, separator, limits).Then(rows => Named(rows, columns))
                            )
                    )
            );
    }

    /// <summary>A workbook's first sheet may be a cover; and which separator is a CSV's, its header shows.</summary>
    static Outcome<Sheet> FirstWithHeader(IEnumerable<Outcome<Sheet>> readings)
    {
        Outcome<Sheet>? first = null;
        foreach (var reading in readings)
        {
            if (reading.Refusal is null)
                return reading;
            first ??= reading;
        }
        return first ?? Refusals.SheetUnreadable;
    }

    static Outcome<Sheet> Named(List<RawRow> rows, IReadOnlyList<SheetColumn> columns)
    {
        RawRow? header = null;
        Dictionary<int, SheetColumn> places = [];
        foreach (var row in rows.Take(HeaderWithin))
        {
            var found = PlacesIn(row, columns);
            if (found.Count > places.Count)
                (header, places) = (row, found);
            if (columns.All(column => !column.Required || found.ContainsValue(column)) && found.Count > 0)
                break;
        }
        if (header is null)
            return NoHeader(columns);
        var missing = columns.Where(column => column.Required && !places.ContainsValue(column)).ToList();
        if (missing.Count > 0)
            return NoHeader(missing);

        return new Sheet(
            header.Number,
            header.Cells,
            [
                .. rows.Where(row => row.Number > header.Number && !row.IsBlank)
                    .Select(row => new SheetRow(
                        row.Number,
                        places.ToDictionary(
                            place => place.Value.Key,
                            place => place.Key < row.Cells.Length ? row.Cells[place.Key] : ""
                        ),
                        row.Problem
                    )),
            ]
        );
    }

    /// <summary>Which column stands where. Of two that go by the same name, the first counts.</summary>
    static Dictionary<int, SheetColumn> PlacesIn(RawRow row, IReadOnlyList<SheetColumn> columns)
    {
        var places = new Dictionary<int, SheetColumn>();
        for (var at = 0; at < row.Cells.Length; at++)
        {
            var header = SheetColumn.Tidy(row.Cells[at]);
            if (header.Length == 0)
                continue;
            var column = columns.FirstOrDefault(one => one.Goes(header) && !places.ContainsValue(one));
            if (column is not null)
                places[at] = column;
        }
        return places;
    }

    static Refusal NoHeader(IReadOnlyList<SheetColumn> missing) =>
        Refusals.SheetUnreadable.Because(
            $"表头中找不到：{string.Join('、', missing.Where(one => one.Required).Select(one => one.Names[0]))}。",
            $"The header lacks: {string.Join(", ", missing.Where(one => one.Required).Select(one => one.Names[^1]))}."
        );
}
