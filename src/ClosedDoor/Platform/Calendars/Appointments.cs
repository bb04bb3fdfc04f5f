using System.Net.Mail;

namespace ClosedDoor.Platform.Calendars;

/// <summary>What all our appointments have in common: who invites, and names that are nobody else's.</summary>
static class Appointments
{
    /// <summary>Who sends the mails invites, so that a calendar program matches the two.</summary>
    public static Attendee Organizer(Settings settings)
    {
        var from = new MailAddress(settings.MailFrom); // The mailer has checked it at the start.
        return new(from.DisplayName.Length > 0 ? from.DisplayName : from.Address, from.Address);
    }

    /// <summary>The id of what the appointment is about, at this installation (RFC 7986, 5.3).</summary>
    public static string Uid(Settings settings, string id) => $"{id}@{new Uri(settings.PublicUrl).Host}";
}
