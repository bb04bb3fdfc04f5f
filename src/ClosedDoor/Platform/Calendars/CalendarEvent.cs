using NodaTime;

namespace ClosedDoor.Platform.Calendars;

/// <summary>What a calendar program is asked to do with the events of a file (RFC 5546, 1.4).</summary>
public enum CalendarMethod
{
    /// <summary>A file to look at or import, by nobody's request.</summary>
    Publish,

    /// <summary>Put it in, or change it: the higher <see cref="CalendarEvent.Sequence"/> counts.</summary>
    Request,

    /// <summary>Take it out.</summary>
    Cancel,
}

/// <summary>One appointment (RFC 5545, 3.6.1). Times go out in UTC, so that no program has to know our zones.</summary>
public sealed record CalendarEvent
{
    /// <summary>The same for all versions of the appointment, and nobody else's in the world: <c>con_…@host</c>.</summary>
    public required string Uid { get; init; }

    /// <summary>Goes up with every change that moves people (RFC 5546, 2.1.4); a cancellation has one of its own.</summary>
    public required long Sequence { get; init; }

    /// <summary>When this version was written.</summary>
    public required Instant Stamp { get; init; }

    public required Instant Begins { get; init; }
    public required Instant Ends { get; init; }
    public required string Summary { get; init; }
    public string? Description { get; init; }
    public string? Location { get; init; }

    /// <summary>An absolute address; null for none.</summary>
    public string? Url { get; init; }

    /// <summary>Who invites. REQUEST and CANCEL need one (RFC 5546, 3.2.2 and 3.2.5).</summary>
    public Attendee? Organizer { get; init; }

    /// <summary>Only whom the file is for: nobody learns from a calendar who else comes. Left out of what is published.</summary>
    public IReadOnlyList<Attendee> Attendees { get; init; } = [];
}

/// <summary>A person in a calendar: a name and an e-mail address.</summary>
public sealed record Attendee(string Name, string Email);
