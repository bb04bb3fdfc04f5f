using System.Net.Mail;

namespace ClosedDoor.Platform.Calendars;

/// <summary>What all our appointments have in common: who invites, and names that are nobody else's.</summary>
static class Appointments
{
    /// <summary>Who sends the mails invites, so that a calendar program matches the two.</summary>
    public static Attendee Organizer(Settings settings) =>
        MailAddress.TryCreate(settings.MailFrom, out var from)
            ? new(from.DisplayName.Length > 0 ? from.DisplayName : from.Address, from.Address)
            : new("ClosedDoor", "no-reply@closeddoor.invalid");

    /// <summary>The id of what the appointment is about, at this installation (RFC 7986, 5.3).</summary>
    public static string Uid(Settings settings, string id) =>
        $"{id}@{(Uri.TryCreate(settings.PublicUrl, UriKind.Absolute, out var url) ? url.Host : "closeddoor.invalid")}";
}
