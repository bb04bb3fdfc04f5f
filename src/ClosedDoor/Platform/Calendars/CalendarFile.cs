using System.Globalization;
using NodaTime.Text;

namespace ClosedDoor.Platform.Calendars;

/// <summary>An iCalendar file (RFC 5545): <c>text/calendar</c>, UTF-8, lines of 75 octets at the most, ended by CRLF.</summary>
public sealed record CalendarFile(CalendarMethod Method, string Text)
{
    static readonly InstantPattern Utc = InstantPattern.CreateWithInvariantCulture("uuuuMMdd'T'HHmmss'Z'");

    /// <summary>As a mail or an HTTP answer names its type (RFC 6047, 2.4): the method stands there too.</summary>
    public string MediaType => $"text/calendar; method={MethodName(Method)}; charset=utf-8";

    public static CalendarFile Of(CalendarMethod method, params IReadOnlyList<CalendarEvent> events)
    {
        var lines = new ContentLines();
        lines.Add("BEGIN", "VCALENDAR");
        lines.Add("VERSION", "2.0");
        lines.Add("PRODID", "-//ClosedDoor//ClosedDoor//ZH");
        lines.Add("CALSCALE", "GREGORIAN");
        lines.Add("METHOD", MethodName(method));
        if (events.Count == 0)
            WriteZone(lines); // A calendar holds one component at least (RFC 5545, 3.6).
        foreach (var one in events)
            Write(lines, one, method);
        lines.Add("END", "VCALENDAR");
        return new(method, lines.ToString());
    }

    static void Write(ContentLines lines, CalendarEvent one, CalendarMethod method)
    {
        var cancelled = method is CalendarMethod.Cancel;
        lines.Add("BEGIN", "VEVENT");
        lines.AddText("UID", one.Uid);
        lines.Add("SEQUENCE", one.Sequence.ToString(CultureInfo.InvariantCulture));
        lines.Add("DTSTAMP", Utc.Format(one.Stamp));
        lines.Add("DTSTART", Utc.Format(one.Begins));
        lines.Add("DTEND", Utc.Format(one.Ends));
        lines.AddText("SUMMARY", one.Summary);
        if (one.Description is { Length: > 0 } description)
            lines.AddText("DESCRIPTION", description);
        if (one.Location is { Length: > 0 } location)
            lines.AddText("LOCATION", location);
        if (one.Url is { } url)
            lines.Add("URL", url);
        if (one.Organizer is { } organizer)
            lines.AddPerson("ORGANIZER", organizer, "");
        // Nobody is asked by what is published: RFC 5546, 3.2.1 has no attendees there.
        foreach (var attendee in method is CalendarMethod.Publish ? [] : one.Attendees)
            lines.AddPerson("ATTENDEE", attendee, ";ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE");
        lines.Add("STATUS", cancelled ? "CANCELLED" : "CONFIRMED");
        lines.Add("TRANSP", cancelled ? "TRANSPARENT" : "OPAQUE");
        lines.Add("END", "VEVENT");
    }

    static void WriteZone(ContentLines lines)
    {
        lines.Add("BEGIN", "VTIMEZONE");
        lines.Add("TZID", "Etc/UTC");
        lines.Add("BEGIN", "STANDARD");
        lines.Add("DTSTART", "19700101T000000");
        lines.Add("TZOFFSETFROM", "+0000");
        lines.Add("TZOFFSETTO", "+0000");
        lines.Add("END", "STANDARD");
        lines.Add("END", "VTIMEZONE");
    }

    static string MethodName(CalendarMethod method) =>
        method switch
        {
            CalendarMethod.Publish => "PUBLISH",
            CalendarMethod.Request => "REQUEST",
            _ => "CANCEL",
        };
}
