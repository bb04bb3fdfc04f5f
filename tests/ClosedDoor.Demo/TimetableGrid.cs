using System.Text.Json;
using ClosedDoor.Domain;
using NodaTime;
using NodaTime.Text;

namespace ClosedDoor.Demo;

/// <summary>A timetable as people read it: a row a company, a column a slot, in each cell whom the company meets.</summary>
sealed class TimetableGrid(Stage stage, Reply timetable)
{
    const int NameWidth = 14;
    const int CellWidth = 8;

    readonly LocalTime[] _slots =
    [
        .. timetable["slots"]
            .EnumerateArray()
            .Select(slot =>
                InstantPattern
                    .ExtendedIso.Parse(slot.GetProperty("begins").GetString()!)
                    .Value.InZone(Zones.Shanghai)
                    .TimeOfDay
            ),
    ];

    public IEnumerable<string> Lines()
    {
        yield return Padded("", NameWidth) + string.Concat(_slots.Select(slot => Padded(Clock(slot), CellWidth)));
        foreach (var company in stage.Confirmed)
        {
            var own = timetable["meetings"]
                .EnumerateArray()
                .Where(one => one.GetProperty("companyId").GetString() == company.Id)
                .ToDictionary(one => one.GetProperty("slot").GetInt32());
            yield return Padded(company.Name, NameWidth)
                + string.Concat(
                    _slots.Select(
                        (_, slot) => Padded(own.TryGetValue(slot, out var one) ? Short(GuestOf(one)) : "·", CellWidth)
                    )
                )
                + $"共 {own.Count} 次";
        }
    }

    /// <summary>What becomes of the meetings that people know of, in the order of the grid.</summary>
    public IEnumerable<string> Changes()
    {
        foreach (var one in timetable["changes.moved"].EnumerateArray())
        {
            var (from, to) = (one.GetProperty("from"), one.GetProperty("to"));
            yield return $"改时  {Who(to)}  {Where(from)} → {Where(to)}";
        }
        foreach (var one in timetable["changes.dropped"].EnumerateArray())
            yield return $"取消  {Who(one)}  {Where(one)}";
        foreach (var one in timetable["changes.added"].EnumerateArray())
            yield return $"新增  {Who(one)}  {Where(one)}";
    }

    /// <summary>Whom the changes concern: companies and invitations.</summary>
    public HashSet<string> Concerned() =>
        [
            .. timetable["changes.moved"]
                .EnumerateArray()
                .Select(one => one.GetProperty("to"))
                .Concat(timetable["changes.dropped"].EnumerateArray())
                .Concat(timetable["changes.added"].EnumerateArray())
                .SelectMany(one =>
                    new[] { one.GetProperty("companyId").GetString()!, one.GetProperty("invitationId").GetString()! }
                ),
        ];

    string Who(JsonElement one) =>
        $"{stage.Confirmed.Single(company => company.Id == one.GetProperty("companyId").GetString()).Name} × {GuestOf(one).Name}";

    string Where(JsonElement one) =>
        $"{Clock(_slots[one.GetProperty("slot").GetInt32()])} {one.GetProperty("table")} 号桌";

    Guest GuestOf(JsonElement one) =>
        stage.Guests.Single(guest => guest.Id == one.GetProperty("invitationId").GetString());

    static string Short(Guest guest) => guest.Name.Replace("示例", "", StringComparison.Ordinal);

    static string Clock(LocalTime time) => time.ToString("HH':'mm", null);

    static string Padded(string text, int width) => text + new string(' ', Math.Max(1, width - Transcript.Width(text)));
}
