using ClosedDoor.Tests.Given;
using NodaTime;

namespace ClosedDoor.Tests.Features.Consultations;

/// <summary>What organizers and companies do about consultations, through the API.</summary>
static class Talks
{
    /// <summary>A slot of 45 minutes, that many days from now.</summary>
    public static async Task<string> Slot(this ApiClient organizer, TestHost host, string sessionId, int days = 3) => (
            await organizer.Post(
                $"/sessions/{sessionId}/consultation-slots",
                new
                {
                    advisor = "示例顾问",
                    advisorEmail = "advisor@example.com",
                    beginsAt = host.Time.Now + Duration.FromDays(days),
                    endsAt = host.Time.Now + Duration.FromDays(days) + Duration.FromMinutes(45),
                    joinUrl = "https://meeting.example.com/1",
                }
            )
        ).Expect(201).Id;

    public static Task<Reply> Book(this ApiClient api, string reservationId, string slotId) =>
        api.Post($"/reservations/{reservationId}/consultation", new { slotId });

    public static Task<Reply> Draft(
        this ApiClient organizer,
        string consultationId,
        string model = "third_party_service",
        string founder = "government",
        bool forProfit = false,
        string departments = "none"
    ) =>
        organizer.Post(
            $"/consultations/{consultationId}/drafts",
            new
            {
                model,
                hospitalFounder = founder,
                forProfit,
                departments,
                terms = "由企业提供设备运维与人员培训，医院自主运营科室。",
                needs = new[] { new { need = "缩短影像报告出具时间", function = "报告自动初稿" } },
            }
        );
}
