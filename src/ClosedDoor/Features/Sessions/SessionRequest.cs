using ClosedDoor.Domain;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.Sessions;

/// <summary>A session as an organizer sends it, to open one or (with only what changes) to change one.</summary>
/// <param name="Focus">The specialties that it is about, 1 to 20: codes of 诊疗科目名录, such as 03.</param>
public sealed record SessionRequest(
    string? Title = null,
    LocalDate? Date = null,
    LocalTime? StartsAt = null,
    LocalTime? EndsAt = null,
    string? TimeZone = null,
    string? City = null,
    string? Venue = null,
    string[]? Focus = null,
    int? SeatCap = null,
    MoneyView? Price = null,
    Admission? Admission = null,
    Instant? SalesCloseAt = null,
    RefundPolicyView? RefundPolicy = null
)
{
    public static readonly SessionRequest Example = new(
        "医疗机构对接闭门会（北京）",
        new LocalDate(2027, 3, 1),
        new LocalTime(9, 0),
        new LocalTime(17, 0),
        "Asia/Shanghai",
        "北京",
        "会场地址",
        ["03", "08"],
        8,
        new MoneyView(3_880_000, "CNY"),
        Domain.Admission.Open
    );
}
