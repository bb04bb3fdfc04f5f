using ClosedDoor.Domain;
using ClosedDoor.Features.Companies;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Calendars;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Mail;

namespace ClosedDoor.Features.Consultations;

/// <summary>What a company and an advisor are told of a consultation, each with the calendar entry as it now stands.</summary>
static class ConsultationMails
{
    public static Task<Letter?> Booked(Statements read, string id, Settings settings) =>
        ToCompany(
            read,
            id,
            settings,
            ConsultationStatus.Booked,
            new("线上咨询已预约", "Online consultation booked"),
            new(
                "贵企业的线上咨询时间如下，请准时加入会议；咨询将形成合作模式草案。时间如有变更，以最近一封邮件为准。",
                "Your company's online consultation takes place at the time below. It ends in a cooperation-model draft. If the time changes, go by the latest mail."
            )
        );

    public static Task<Letter?> Cancelled(Statements read, string id, Settings settings) =>
        ToCompany(
            read,
            id,
            settings,
            ConsultationStatus.Cancelled,
            new("线上咨询已取消", "Online consultation cancelled"),
            new(
                "贵企业在以下时间的线上咨询已取消。如仍持有预订，可另选时段。",
                "Your company's online consultation at the time below is cancelled. With a live reservation you may choose another slot."
            )
        );

    public static Task<Letter?> Finished(Statements read, string id, Settings settings) =>
        ToCompany(
            read,
            id,
            settings,
            ConsultationStatus.Finished,
            new("线上咨询已完成", "Online consultation finished"),
            new(
                "线上咨询已完成，合作模式草案可在系统中查看。",
                "The online consultation is finished; its cooperation-model draft is there for you to read."
            )
        );

    /// <summary>To the advisor: who comes, or that nobody does any more.</summary>
    public static async Task<Letter?> SlotChanged(Statements read, string id, Settings settings)
    {
        if (
            await SlotTable.Find(read, id) is not { AdvisorEmail: { } email } slot
            || await SessionFacts.Find(read, slot.SessionId) is not { } session
        )
            return null;
        var company = slot.TakenBy is null ? null : await Addressee.Find(read, slot.TakenBy);
        var free = company is null;
        return new()
        {
            To = [email],
            Subject = free
                ? session.Subject("咨询时段已空出", "Consultation slot free again")
                : session.Subject("咨询时段已被预约", "Consultation slot booked"),
            Greeting = new($"{slot.Advisor}，您好：", $"Dear {slot.Advisor},"),
            Says =
            [
                free
                    ? new("以下时段的企业已改期或取消。", "The company has left the slot below.")
                    : new("以下时段已有企业预约。", "A company has booked the slot below."),
            ],
            Facts =
            [
                new(new("闭门会场次", "Closed-door session"), session.Title),
                .. company is null ? Array.Empty<Fact>() : [new(new("企业", "Company"), company.Name)],
                new(new("开始时间", "Begins"), Wording.At(slot.BeginsAt)),
                new(new("会议链接", "Where to join"), slot.JoinUrl),
            ],
            Calendar = CalendarFile.Of(
                free ? CalendarMethod.Cancel : CalendarMethod.Request,
                new CalendarEvent
                {
                    Uid = Appointments.Uid(settings, slot.Id),
                    Sequence = slot.Version,
                    Stamp = slot.ChangedAt,
                    Begins = slot.BeginsAt,
                    Ends = slot.EndsAt,
                    Summary = $"线上咨询：{company?.Name ?? session.Title}",
                    Location = slot.JoinUrl,
                    Organizer = Appointments.Organizer(settings),
                    Attendees = [new(slot.Advisor, email)],
                }
            ),
        };
    }

    static async Task<Letter?> ToCompany(
        Statements read,
        string id,
        Settings settings,
        ConsultationStatus state,
        Text subject,
        Text says
    )
    {
        if (
            await ConsultationTable.Find(read, id) is not { } row
            || row.State != state
            || await Addressee.Find(read, row.CompanyId) is not { } company
            || await SessionFacts.Find(read, row.SessionId) is not { } session
        )
            return null;
        return new()
        {
            To = company.To,
            Subject = session.Subject(subject.Zh, subject.En),
            Greeting = company.Greeting,
            Says = [says],
            Facts =
            [
                new(new("闭门会场次", "Closed-door session"), session.Title),
                new(new("顾问", "Advisor"), row.Advisor),
                new(new("开始时间", "Begins"), Wording.At(row.BeginsAt)),
                new(new("会议链接", "Where to join"), row.JoinUrl),
            ],
            Link = Links.Reservation(settings, row.ReservationId),
            Calendar =
                state is ConsultationStatus.Finished
                    ? null
                    : Calendar(settings, row, session.Title, [new(company.ContactName, company.ContactEmail)]),
        };
    }

    /// <summary>The appointment as it stands.</summary>
    public static CalendarFile Calendar(
        Settings settings,
        ConsultationRow row,
        string sessionTitle,
        IReadOnlyList<Attendee> attendees
    ) =>
        CalendarFile.Of(
            row.State is ConsultationStatus.Cancelled ? CalendarMethod.Cancel
                : attendees.Count == 0 ? CalendarMethod.Publish
                : CalendarMethod.Request,
            new CalendarEvent
            {
                Uid = Appointments.Uid(settings, row.Id),
                Sequence = row.Sequence,
                Stamp = row.ChangedAt,
                Begins = row.BeginsAt,
                Ends = row.EndsAt,
                Summary = $"线上咨询：{sessionTitle}",
                Description = $"顾问：{row.Advisor}\n会议链接：{row.JoinUrl}",
                Location = row.JoinUrl,
                Organizer = Appointments.Organizer(settings),
                Attendees = attendees,
            }
        );
}
