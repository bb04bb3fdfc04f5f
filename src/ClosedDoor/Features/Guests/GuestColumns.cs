using ClosedDoor.Domain;
using ClosedDoor.Platform.Sheets;
using NodaTime;
using NodaTime.Text;

namespace ClosedDoor.Features.Guests;

/// <summary>
/// The table in which guests and their hospitals come and go, one guest a row: what its columns are called, and how its
/// words are read. A row with a hospital and no guest registers the hospital.
/// </summary>
static class GuestColumns
{
    public static readonly IReadOnlyList<SheetColumn> All =
    [
        SheetColumn.Optional("kind", "类别", "嘉宾类别", "kind"),
        SheetColumn.Needed("name", "姓名", "嘉宾姓名", "name"),
        SheetColumn.Optional("post", "职务", "行政职务", "post"),
        SheetColumn.Optional("title", "职称", "专业技术职称", "title"),
        SheetColumn.Optional("specialty", "专科", "专业", "科室", "specialty"),
        SheetColumn.Optional("unit", "单位", "工作单位", "unit"),
        SheetColumn.Optional("phone", "手机", "手机号", "手机号码", "联系电话", "电话", "phone", "mobile"),
        SheetColumn.Optional("email", "邮箱", "电子邮箱", "email", "e-mail"),
        SheetColumn.Optional("hospital", "医院", "医院名称", "hospital", "hospital name"),
        SheetColumn.Optional("uscc", "统一社会信用代码", "社会信用代码", "uscc", "social credit code"),
        SheetColumn.Optional("registrationCode", "登记号", "医疗机构登记号", "registration code"),
        SheetColumn.Optional("level", "级别", "医院级别", "level"),
        SheetColumn.Optional("grade", "等次", "等级", "医院等次", "医院等级", "grade"),
        SheetColumn.Optional("certificate", "评审证书", "等级证书", "certificate"),
        SheetColumn.Optional("certifiedOn", "评审日期", "发证日期", "certified on"),
    ];

    public static readonly IReadOnlyDictionary<GuestKind, string[]> Kinds = new Dictionary<GuestKind, string[]>
    {
        [GuestKind.HospitalDirector] = ["医院主管领导", "医院领导", "医院"],
        [GuestKind.HealthCommissionOfficial] = ["卫健委嘉宾", "卫健委", "卫健委官员"],
        [GuestKind.ResearchExpert] = ["科研专家", "专家"],
    };

    public static readonly IReadOnlyDictionary<Post, string[]> Posts = new Dictionary<Post, string[]>
    {
        [Post.President] = ["院长"],
        [Post.PartySecretary] = ["党委书记", "书记"],
        [Post.VicePresident] = ["副院长"],
        [Post.DivisionHead] = ["职能处长", "处长"],
        [Post.DepartmentHead] = ["科室主任", "主任"],
        [Post.DeputyDepartmentHead] = ["科室副主任", "副主任"],
        [Post.Other] = ["其他", "无"],
    };

    public static readonly IReadOnlyDictionary<Title, string[]> Titles = new Dictionary<Title, string[]>
    {
        [Title.ChiefPhysician] = ["主任医师"],
        [Title.AssociateChiefPhysician] = ["副主任医师"],
        [Title.AttendingPhysician] = ["主治医师"],
        [Title.Professor] = ["教授"],
        [Title.AssociateProfessor] = ["副教授"],
        [Title.Researcher] = ["研究员"],
        [Title.AssociateResearcher] = ["副研究员"],
        [Title.Other] = ["其他", "无"],
    };

    public static readonly IReadOnlyDictionary<HospitalLevel, string[]> Levels = new Dictionary<HospitalLevel, string[]>
    {
        [HospitalLevel.Tertiary] = ["三级"],
        [HospitalLevel.Secondary] = ["二级"],
        [HospitalLevel.Primary] = ["一级"],
        [HospitalLevel.Unrated] = ["未定级"],
    };

    public static readonly IReadOnlyDictionary<HospitalGrade, string[]> Grades = new Dictionary<HospitalGrade, string[]>
    {
        [HospitalGrade.Special] = ["特等"],
        [HospitalGrade.A] = ["甲等", "甲"],
        [HospitalGrade.B] = ["乙等", "乙"],
        [HospitalGrade.C] = ["丙等", "丙"],
        [HospitalGrade.Unrated] = ["未评", "未定等"],
    };

    /// <summary>The word of the API or one of the Chinese ones; null for an empty cell and, noted, for anything else.</summary>
    public static T? Read<T>(FieldErrors errors, SheetRow row, string column, IReadOnlyDictionary<T, string[]> words)
        where T : struct, Enum
    {
        var text = row[column];
        if (text.Length == 0)
            return null;
        if (Words.TryParse<T>(text.ToLowerInvariant()) is { } word)
            return word;
        foreach (var (value, names) in words)
            if (names.Contains(text))
                return value;
        var known = string.Join('、', words.Values.Select(names => names[0]));
        errors.Add(
            column,
            $"无法识别“{text}”，应为：{known}。",
            $"Must be one of: {string.Join(", ", Words.All<T>())}."
        );
        return null;
    }

    /// <summary>三级甲等 or 三甲 in one cell is level and grade.</summary>
    public static (HospitalLevel? Level, HospitalGrade? Grade) Standing(FieldErrors errors, SheetRow row)
    {
        foreach (var column in new[] { "level", "grade" })
        foreach (var level in Levels)
        foreach (var grade in Grades)
            if (
                grade.Key is not HospitalGrade.Unrated
                && (
                    row[column] == level.Value[0] + grade.Value[0]
                    || row[column] == level.Value[0][..1] + grade.Value[0][..1]
                )
            )
                return (level.Key, grade.Key);
        return (Read(errors, row, "level", Levels), Read(errors, row, "grade", Grades));
    }

    /// <summary>A code of the list of specialties, by itself or by its name; what is neither is handed on to be refused.</summary>
    public static string? SpecialtyOf(string text) =>
        text.Length == 0
            ? null
            : Specialty.All.FirstOrDefault(entry => entry.Zh == text || entry.En == text)?.Code ?? text.PadLeft(2, '0');

    static readonly LocalDatePattern[] Dates =
    [
        LocalDatePattern.Iso,
        LocalDatePattern.CreateWithInvariantCulture("uuuu'/'M'/'d"),
        LocalDatePattern.CreateWithInvariantCulture("uuuu'-'M'-'d"),
        LocalDatePattern.CreateWithInvariantCulture("uuuu'年'M'月'd'日'"),
    ];

    public static LocalDate? Date(FieldErrors errors, SheetRow row, string column)
    {
        if (row[column].Length == 0)
            return null;
        foreach (var pattern in Dates)
            if (pattern.Parse(row[column]) is { Success: true, Value: { Year: >= 1900 and <= 2200 } } date)
                return date.Value;
        errors.Add(column, "日期应形如 2024-06-01。", "A date looks like 2024-06-01.");
        return null;
    }
}
