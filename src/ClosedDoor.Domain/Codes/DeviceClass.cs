namespace ClosedDoor.Domain;

/// <summary>
/// Kinds of medical devices: the 22 sub-catalogues of 医疗器械分类目录 (2017, No. 104), in force since August 2018.
/// Not to be confused with the risk class 1 to 3 of a certificate.
/// </summary>
public static class DeviceClass
{
    /// <summary>All sub-catalogues, in the order of their codes.</summary>
    public static IReadOnlyList<CodeEntry> All { get; } =
    [
        new("01", "有源手术器械", "Active surgical instruments"),
        new("02", "无源手术器械", "Non-active surgical instruments"),
        new("03", "神经和心血管手术器械", "Neurological and cardiovascular surgical instruments"),
        new("04", "骨科手术器械", "Orthopaedic surgical instruments"),
        new("05", "放射治疗器械", "Radiotherapy devices"),
        new("06", "医用成像器械", "Medical imaging devices"),
        new("07", "医用诊察和监护器械", "Medical examination and monitoring devices"),
        new("08", "呼吸、麻醉和急救器械", "Respiratory, anaesthesia and first-aid devices"),
        new("09", "物理治疗器械", "Physiotherapy devices"),
        new("10", "输血、透析和体外循环器械", "Transfusion, dialysis and extracorporeal circulation devices"),
        new("11", "医疗器械消毒灭菌器械", "Disinfection and sterilization devices"),
        new("12", "有源植入器械", "Active implants"),
        new("13", "无源植入器械", "Non-active implants"),
        new("14", "注输、护理和防护器械", "Infusion, nursing and protective devices"),
        new("15", "患者承载器械", "Patient-carrying devices"),
        new("16", "眼科器械", "Ophthalmic devices"),
        new("17", "口腔科器械", "Dental devices"),
        new("18", "妇产科、辅助生殖和避孕器械", "Obstetric, assisted-reproduction and contraceptive devices"),
        new("19", "医用康复器械", "Rehabilitation devices"),
        new("20", "中医器械", "Devices of traditional Chinese medicine"),
        new("21", "医用软件", "Medical software"),
        new("22", "临床检验器械", "Clinical laboratory devices"),
    ];

    static readonly Dictionary<string, CodeEntry> ByCode = All.ToDictionary(entry => entry.Code);

    /// <summary>What to say of a code that is not known.</summary>
    public static readonly Text Expected = new(
        "应为《医疗器械分类目录》子目录 01 至 22。",
        "Must be a sub-catalogue of the device catalogue, 01 to 22."
    );

    /// <summary>Whether the catalogue has this two-digit code.</summary>
    public static bool IsKnown(string? code) => Find(code) is not null;

    /// <summary>The entry of a two-digit code; null when the catalogue has none.</summary>
    public static CodeEntry? Find(string? code) => code is null ? null : ByCode.GetValueOrDefault(code);
}
