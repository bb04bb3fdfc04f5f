using System.Text;
using ClosedDoor.Platform.Http;

namespace ClosedDoor.Platform.Calendars;

/// <summary>Answers with a calendar file, to be saved and opened by a calendar program.</summary>
sealed class CalendarAnswer(CalendarFile file, string name) : IResult
{
    public Task ExecuteAsync(HttpContext http)
    {
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}.ics\"";
        http.Response.Headers.CacheControl = "private, no-store";
        return Answer.WriteBytes(http, Encoding.UTF8.GetBytes(file.Text), file.MediaType);
    }
}
