namespace ClosedDoor.Domain;

/// <summary>
/// Clinical specialties: the top level of 医疗机构诊疗科目名录 (卫医发〔1994〕第27号, with pain medicine 27 and intensive
/// care 28 added in 2007 and 2009). Code 29 was never given out.
/// </summary>
public static class Specialty
{
    /// <summary>All specialties, in the order of their codes.</summary>
    public static IReadOnlyList<CodeEntry> All { get; } =
    [
        new("01", "预防保健科", "Preventive care"),
        new("02", "全科医疗科", "General practice"),
        new("03", "内科", "Internal medicine"),
        new("04", "外科", "Surgery"),
        new("05", "妇产科", "Obstetrics and gynaecology"),
        new("06", "妇女保健科", "Women's health"),
        new("07", "儿科", "Paediatrics"),
        new("08", "小儿外科", "Paediatric surgery"),
        new("09", "儿童保健科", "Child health"),
        new("10", "眼科", "Ophthalmology"),
        new("11", "耳鼻咽喉科", "Otorhinolaryngology"),
        new("12", "口腔科", "Stomatology"),
        new("13", "皮肤科", "Dermatology"),
        new("14", "医疗美容科", "Aesthetic medicine"),
        new("15", "精神科", "Psychiatry"),
        new("16", "传染科", "Infectious diseases"),
        new("17", "结核病科", "Tuberculosis"),
        new("18", "地方病科", "Endemic diseases"),
        new("19", "肿瘤科", "Oncology"),
        new("20", "急诊医学科", "Emergency medicine"),
        new("21", "康复医学科", "Rehabilitation medicine"),
        new("22", "运动医学科", "Sports medicine"),
        new("23", "职业病科", "Occupational diseases"),
        new("24", "临终关怀科", "Hospice care"),
        new("25", "特种医学与军事医学科", "Special and military medicine"),
        new("26", "麻醉科", "Anaesthesiology"),
        new("27", "疼痛科", "Pain medicine"),
        new("28", "重症医学科", "Intensive care medicine"),
        new("30", "医学检验科", "Laboratory medicine"),
        new("31", "病理科", "Pathology"),
        new("32", "医学影像科", "Medical imaging"),
        new("50", "中医科", "Traditional Chinese medicine"),
        new("51", "民族医学科", "Ethnic medicine"),
        new("52", "中西医结合科", "Integrated Chinese and Western medicine"),
    ];

    static readonly Dictionary<string, CodeEntry> ByCode = All.ToDictionary(entry => entry.Code);

    /// <summary>What to say of a code that is not known.</summary>
    public static readonly Text Expected = new("应为诊疗科目代码，例如 03。", "Must be a specialty code, such as 03.");

    /// <summary>Whether the list has this two-digit code.</summary>
    public static bool IsKnown(string? code) => Find(code) is not null;

    /// <summary>The entry of a two-digit code; null when the list has none.</summary>
    public static CodeEntry? Find(string? code) => code is null ? null : ByCode.GetValueOrDefault(code);
}
