using ClosedDoor.Domain;
using ClosedDoor.Features.Accounts;
using ClosedDoor.Features.Companies;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Mail;

namespace ClosedDoor.Features.Vetting;

/// <summary>
/// What reviewers and companies are told about a vetting. Of the credit query and the scores nothing is told, and of a
/// note only the one that goes with a rejection or revocation.
/// </summary>
static class VettingMails
{
    /// <summary>To everyone who may review.</summary>
    public static async Task<Letter?> Submitted(Statements read, string id, Settings settings)
    {
        if (
            await Find(read, id, VettingStatus.Submitted) is not { } news
            || await OrganizersWith.Addresses(read, Permission.Review) is not { Count: > 0 } reviewers
        )
            return null;
        return new()
        {
            To = reviewers,
            Subject = new($"待审核：{news.Company.Name}", $"Vetting to review: {news.Company.Name}"),
            Greeting = new("您好：", "Hello,"),
            Says =
            [
                new(
                    "以下企业已提交资质审核材料，请审核。",
                    "The company below has submitted its vetting application. Please review it."
                ),
            ],
            Facts =
            [
                new(new("参会企业", "Company"), news.Company.Name),
                .. news.Vetting.SubmittedAt is { } at
                    ? [new Fact(new("提交时间", "Submitted"), Wording.At(at))]
                    : (Fact[])[],
            ],
            Link = Links.Vetting(settings, id),
        };
    }

    public static async Task<Letter?> InfoRequested(Statements read, string id, Settings settings) =>
        await Find(read, id, VettingStatus.InfoRequested) is { } news
            ? news.Letter(
                settings,
                new("请补充资质审核材料", "More evidence requested"),
                [
                    new(
                        "贵企业的资质审核需要补充材料。审核人的要求如下，补充后请重新提交：",
                        "Your company's vetting needs more evidence. The reviewer asks for the following; submit the application again when it is complete:"
                    ),
                    .. Quoted(news.Vetting.Message),
                ]
            )
            : null;

    public static async Task<Letter?> Approved(Statements read, string id, Settings settings) =>
        await Find(read, id, VettingStatus.Approved) is { Vetting.ValidThrough: { } validThrough } news
            ? news.Letter(
                settings,
                new("资质审核已通过", "Vetting approved"),
                [
                    new(
                        "贵企业的资质审核已通过，现可预订闭门会席位。",
                        "Your company's vetting is approved: it may now reserve seats in closed-door sessions."
                    ),
                ],
                new Fact(new("有效期至", "Valid through"), Wording.On(validThrough))
            )
            : null;

    public static async Task<Letter?> Rejected(Statements read, string id, Settings settings) =>
        await Find(read, id, VettingStatus.Rejected) is { } news
            ? news.Letter(
                settings,
                new("资质审核未通过", "Vetting rejected"),
                [
                    new(
                        "很遗憾，贵企业的资质审核未通过。可在改进后重新申请。",
                        "We regret that your company's vetting was rejected. You may apply again once the reason is put right."
                    ),
                    .. Quoted(news.Vetting.Note),
                ],
                Because(news.Vetting)
            )
            : null;

    public static async Task<Letter?> Revoked(Statements read, string id, Settings settings) =>
        await Find(read, id, VettingStatus.Revoked) is { } news
            ? news.Letter(
                settings,
                new("资质审核已撤销", "Vetting revoked"),
                [
                    new(
                        "贵企业的资质审核已被撤销，在重新通过审核之前不能预订闭门会席位。",
                        "Your company's vetting has been revoked. It cannot reserve seats in closed-door sessions until it is vetted again."
                    ),
                    .. Quoted(news.Vetting.Note),
                ],
                Because(news.Vetting)
            )
            : null;

    public static async Task<Letter?> Expired(Statements read, string id, Settings settings) =>
        await Find(read, id, VettingStatus.Expired) is { } news
            ? news.Letter(
                settings,
                new("资质审核已到期", "Vetting expired"),
                [
                    new(
                        "贵企业的资质审核已到期。如需继续预订闭门会席位，请重新提交资质审核。",
                        "Your company's vetting has expired. To go on reserving seats in closed-door sessions, please apply for vetting again."
                    ),
                ],
                Because(news.Vetting)
            )
            : null;

    static Fact Because(VettingRow vetting) =>
        new(new("原因", "Reason"), (vetting.Reason ?? VettingReason.Other).Words);

    // The reviewer's own words stand as they were written, in both halves.
    static Text[] Quoted(string? words) => string.IsNullOrWhiteSpace(words) ? [] : [new(words, words)];

    static async Task<News?> Find(Statements read, string id, VettingStatus state) =>
        await read.Find<VettingRow>($"{VettingRow.Select} WHERE id = @id", new { id }) is { } vetting
        && vetting.State == state
        && await Addressee.Find(read, vetting.CompanyId) is { } company
            ? new News(vetting, company)
            : null;

    sealed record News(VettingRow Vetting, Addressee Company)
    {
        public Letter Letter(Settings settings, Text subject, IReadOnlyList<Text> says, params Fact[] facts) =>
            new()
            {
                To = Company.To,
                Subject = subject,
                Greeting = Company.Greeting,
                Says = says,
                Facts = facts,
                Link = Links.Vetting(settings, Vetting.Id),
            };
    }
}
