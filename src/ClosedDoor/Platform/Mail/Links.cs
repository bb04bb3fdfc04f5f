namespace ClosedDoor.Platform.Mail;

/// <summary>Addresses in mails, in one place: they live on in mailboxes, so they stay what they are.</summary>
static class Links
{
    public static string Session(Settings settings, string sessionId) => $"{settings.PublicUrl}/sessions/{sessionId}";

    public static string Reservation(Settings settings, string reservationId) =>
        $"{settings.PublicUrl}/reservations/{reservationId}";

    public static string Vetting(Settings settings, string vettingId) => $"{settings.PublicUrl}/vettings/{vettingId}";
}
