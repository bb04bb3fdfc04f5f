using System.Globalization;
using ClosedDoor.Domain;
using NodaTime;
using NodaTime.Text;

namespace ClosedDoor.Platform.Sheets;

/// <summary>A table to be written as CSV or XLSX.</summary>
/// <param name="Name">The sheet's name, and the file's.</param>
/// <param name="Headers">As a reader's <see cref="SheetColumn"/> finds them again.</param>
/// <param name="Rows">As many cells each as there are headers.</param>
public sealed record Worksheet(string Name, IReadOnlyList<string> Headers, IReadOnlyList<IReadOnlyList<Cell>> Rows);

/// <summary>A cell of a written table.</summary>
public readonly record struct Cell
{
    Cell(CellKind kind, string text) => (Kind, Text) = (kind, text);

    internal CellKind Kind { get; }

    /// <summary>As a CSV holds it.</summary>
    public string Text => field ?? "";

    public static readonly Cell Empty = new(CellKind.Text, "");

    /// <summary>Text stays text: digits of an account or a number keep their zeros and their length.</summary>
    public static Cell Of(string? text) => new(CellKind.Text, text ?? "");

    public static Cell Of(long number) => new(CellKind.Number, number.ToString(CultureInfo.InvariantCulture));

    public static Cell Of(LocalDate? date) =>
        date is { } day ? new(CellKind.Date, LocalDatePattern.Iso.Format(day)) : Empty;

    /// <summary>Beijing time to the second.</summary>
    public static Cell Of(Instant? at) =>
        at is { } instant
            ? new(
                CellKind.Text,
                instant.InZone(Zones.Shanghai).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
            )
            : Empty;

    /// <summary>An amount of <paramref name="fen"/>, shown in yuan with two decimals.</summary>
    public static Cell Yuan(long fen) => new(CellKind.Money, Money.Plain(fen));
}

enum CellKind
{
    Text,
    Number,
    Money,
    Date,
}
