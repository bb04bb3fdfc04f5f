using System.Security.Cryptography;
using System.Text;

namespace ClosedDoor.Domain;

/// <summary>What each delegate accepts before the day.</summary>
public enum AgreementKind
{
    /// <summary>保密协议.</summary>
    Nda,

    /// <summary>廉洁承诺书, after the nine rules 九项准则 (国卫医发〔2021〕37号).</summary>
    IntegrityPledge,
}

/// <summary>
/// A text that people accept word for word. What they accepted is recorded by version and hash, so a text never changes
/// under its version: a new one takes the next number.
/// </summary>
public sealed record Agreement(AgreementKind Kind, int Version, string Title, string Words)
{
    /// <summary>SHA-256 of the UTF-8 text, in lower-case hexadecimal.</summary>
    public string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Words)));

    /// <summary>What a delegate accepts today, in the order in which it is shown.</summary>
    public static IReadOnlyList<Agreement> InForce { get; } =
    [
        new(
            AgreementKind.Nda,
            1,
            "闭门会保密协议",
            """
            一、本人承诺对在本次闭门会中知悉的参会嘉宾身份、所在单位、发言内容及其他未公开信息予以保密，未经本人及主办方书面同意，不向任何第三方披露。
            二、未经许可，不在会场录音、录像、拍照，不对外发布与会信息、名单或合影。
            三、会上取得的资料仅用于本次院企交流，不作他用；会后应主办方要求归还或销毁。
            四、本承诺自确认之日起生效，至有关信息依法公开之日止。
            """
        ),
        new(
            AgreementKind.IntegrityPledge,
            1,
            "参会企业代表廉洁承诺书",
            """
            一、遵守《医疗机构工作人员廉洁从业九项准则》（国卫医发〔2021〕37号）及有关法律法规。
            二、不向参会嘉宾及其亲属、特定关系人提供礼品、礼金、有价证券、回扣、讲课费等任何形式的利益，不承担其差旅、食宿等费用。
            三、不以任何形式要求或诱导嘉宾作出采购承诺；采购事项一律按规定程序进行。
            四、如实申报与参会嘉宾之间的利益关系，应当回避的主动回避。
            """
        ),
    ];
}
