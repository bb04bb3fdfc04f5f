using System.Text;

namespace ClosedDoor.Platform.Calendars;

/// <summary>Answers with a calendar file, to be saved and opened by a calendar program.</summary>
sealed class CalendarAnswer(CalendarFile file, string name) : IResult
{
    public Task ExecuteAsync(HttpContext http)
    {
        var bytes = Encoding.UTF8.GetBytes(file.Text);
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}.ics\"";
        http.Response.Headers.CacheControl = "private, no-store";
        http.Response.ContentType = file.MediaType;
        http.Response.ContentLength = bytes.Length;
        return HttpMethods.IsHead(http.Request.Method)
            ? Task.CompletedTask
            : http.Response.Body.WriteAsync(bytes, 0, bytes.Length);
    }
}
