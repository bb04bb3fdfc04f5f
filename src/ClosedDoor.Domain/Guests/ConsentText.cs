using System.Security.Cryptography;
using System.Text;

namespace ClosedDoor.Domain;

public enum ConsentKind
{
    /// <summary>廉洁承诺书 (九项准则, 国卫医发〔2021〕37号).</summary>
    IntegrityPledge,

    /// <summary>Being photographed (民法典 §1019). Nobody is, who has not said yes.</summary>
    Photo,

    /// <summary>Name and unit are told to the companies that come (PIPL §23: a separate consent).</summary>
    Naming,
}

/// <summary>
/// The words that a guest agrees to. A change is a new version: what was agreed to before stays agreed to in its own
/// words, of which the hash is kept.
/// </summary>
public sealed record ConsentText(ConsentKind Kind, string Version, Text Says)
{
    /// <summary>SHA-256 of kind, version and both texts, in lower-case hexadecimal.</summary>
    public string Sha256 { get; } =
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes($"{Kind.Word()}\n{Version}\n{Says.Zh}\n{Says.En}"))
        );

    /// <summary>Those in force, in the order in which a guest is shown them.</summary>
    public static IReadOnlyList<ConsentText> All { get; } =
    [
        new(
            ConsentKind.IntegrityPledge,
            "2026-1",
            new(
                "本人承诺遵守《医疗机构工作人员廉洁从业九项准则》：不收受企业任何回扣、礼金、礼品或有价证券，不因参会承诺采购，采购一律按正规流程办理。",
                "I undertake to keep the nine rules of integrity for staff of medical institutions: to take no kickback, money or gift from a company, and to promise no purchase for attending; purchases go their regular way."
            )
        ),
        new(
            ConsentKind.Photo,
            "2026-1",
            new(
                "本人同意在本场次中被拍摄，照片仅供主办方内部留存，不对外公开。可随时撤回。",
                "I agree to be photographed at this session; photographs stay with the organizer and are not published. I may withdraw this at any time."
            )
        ),
        new(
            ConsentKind.Naming,
            "2026-1",
            new(
                "本人单独同意主办方将本人的姓名和单位提供给本场次已确认参会的企业，仅用于准备面对面交流。可随时撤回。",
                "I agree separately that my name and unit are told to the companies confirmed for this session, solely to prepare the meetings. I may withdraw this at any time."
            )
        ),
    ];

    public static ConsentText Of(ConsentKind kind) => All.Single(text => text.Kind == kind);
}
