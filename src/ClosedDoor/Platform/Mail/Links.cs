using ClosedDoor.Domain;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Platform.Mail;

/// <summary>Addresses in mails, in one place: they live on in mailboxes, so they stay what they are.</summary>
static class Links
{
    public static string Session(Settings settings, string sessionId) => $"{settings.PublicUrl}/sessions/{sessionId}";

    public static string Reservation(Settings settings, string reservationId) =>
        $"{settings.PublicUrl}/reservations/{reservationId}";

    public static string Refund(Settings settings, string refundId) => $"{settings.PublicUrl}/refunds/{refundId}";

    /// <summary>
    /// A personal link. The token stands behind the #, which browsers keep to themselves: it comes into no log and no
    /// Referer on the way.
    /// </summary>
    public static string Personal(Settings settings, LinkPurpose purpose, string token) =>
        $"{settings.PublicUrl}/{purpose.Word()}#{token}";

    public static string Vetting(Settings settings, string vettingId) => $"{settings.PublicUrl}/vettings/{vettingId}";
}
