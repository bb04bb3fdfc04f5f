using ClosedDoor.Features.Door;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Mail;

namespace ClosedDoor.Features.Aftermath;

/// <summary>Thanks to everyone who was there.</summary>
static class ThankYou
{
    public static async Task<Letter?> Write(Statements read, string id, Settings settings)
    {
        if (
            await PersonRow.Find(read, id) is not { Email.Length: > 0 } person
            || await DaySheet.Find(read, person.SessionId) is not { } day
        )
            return null;
        return new()
        {
            To = [person.Email],
            Subject = new($"感谢您出席：{day.Title}", $"Thank you for coming: {day.Title}"),
            Greeting = new($"{person.Name}，您好：", $"Dear {person.Name},"),
            Says =
            [
                new(
                    "感谢您出席本次医疗机构对接闭门会。会上信息请继续保密；您可随时联系主办方查阅、更正或删除您的个人信息。",
                    "Thank you for coming to the closed-door session. Please keep what you heard there to yourself. You may ask the organizer at any time to see, correct or delete what is kept about you."
                ),
            ],
            Facts = [new(new("日期", "Day"), Wording.On(day.Date))],
        };
    }
}
