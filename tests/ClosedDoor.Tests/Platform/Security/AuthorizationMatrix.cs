using static ClosedDoor.Tests.Platform.Security.Who;

namespace ClosedDoor.Tests.Platform.Security;

/// <summary>Who is let in; everybody else who is somebody gets 403, and nobody 401.</summary>
enum Who
{
    /// <summary>Also without a token.</summary>
    Anyone,

    /// <summary>Whoever has a token or key.</summary>
    Known,

    /// <summary>Companies' members, organizers, and keys that are more than the door's.</summary>
    SignedIn,

    /// <summary>People, and no keys.</summary>
    People,
    Organizers,
    CompaniesAndOrganize,
    Owners,
    Organize,
    Review,
    Finance,

    /// <summary>Guests, by the link of their invitation.</summary>
    Guests,

    /// <summary>Delegates, by a link of their own.</summary>
    Delegates,

    /// <summary>People who may look after the door, and no keys: those hang there.</summary>
    Doorkeepers,

    /// <summary>A device at the door, once it is paired.</summary>
    Devices,
}

/// <param name="Operation">Method and path.</param>
/// <param name="Who">Whom the endpoint lets in.</param>
/// <param name="Theirs">Whether the object is one company's, of which another company is not to know: it gets 404.</param>
/// <param name="Absent">The company here has none of it yet, so that a 404 does not tell who may ask.</param>
/// <param name="Body">What is sent, where an empty object is refused before anybody's objects are looked for.</param>
sealed record Row(
    string Operation,
    Who Who,
    bool Theirs = false,
    Func<World, object>? Body = null,
    bool Absent = false
);

/// <summary>
/// Every endpoint, and who may call it on whose object. It is written by hand and compared with the service: an endpoint
/// without a row, and a row without its endpoint, fail.
/// </summary>
static class AuthorizationMatrix
{
    const bool Theirs = true;

    static object Slot(World world) => new { slotId = world.Ids["slotId"] };

    public static readonly Row[] Rows =
    [
        new("POST /auth/sign-in", Anyone),
        new("POST /auth/refresh", Anyone),
        new("POST /auth/sign-out", People),
        new("GET /me", Known),
        new("POST /me/password", People),
        new("POST /organizers", Owners),
        new("GET /organizers", Owners),
        new("GET /organizers/{organizerId}", Owners),
        new("PATCH /organizers/{organizerId}", Owners),
        new("POST /api-keys", Owners),
        new("GET /api-keys", Owners),
        new("GET /api-keys/{keyId}", Owners),
        new("DELETE /api-keys/{keyId}", Owners),
        new("GET /companies/{companyId}/members", SignedIn, Theirs),
        new("POST /companies/{companyId}/members", CompaniesAndOrganize, Theirs),
        new("POST /companies", Anyone),
        new("GET /companies", Organizers),
        new("GET /companies/{companyId}", SignedIn, Theirs),
        new("PATCH /companies/{companyId}", CompaniesAndOrganize, Theirs),
        new("POST /companies/{companyId}/vettings", CompaniesAndOrganize, Theirs),
        new("GET /vettings", SignedIn),
        new("GET /vettings/{vettingId}", SignedIn, Theirs),
        new("PATCH /vettings/{vettingId}", CompaniesAndOrganize, Theirs),
        new("POST /vettings/{vettingId}/evidence", CompaniesAndOrganize, Theirs, _ => World.Form()),
        new("GET /vettings/{vettingId}/evidence/{evidenceId}", SignedIn, Theirs),
        new("DELETE /vettings/{vettingId}/evidence/{evidenceId}", CompaniesAndOrganize, Theirs),
        new("POST /vettings/{vettingId}/submit", CompaniesAndOrganize, Theirs),
        new("POST /vettings/{vettingId}/request-info", Review),
        new("POST /vettings/{vettingId}/credit-queries", Review),
        new("POST /vettings/{vettingId}/approve", Review),
        new("POST /vettings/{vettingId}/reject", Review),
        new("POST /vettings/{vettingId}/revoke", Review),
        new("POST /sessions", Organize),
        new("GET /sessions", Anyone),
        new("GET /sessions/{sessionId}", Anyone),
        new("PATCH /sessions/{sessionId}", Organize),
        new("POST /sessions/{sessionId}/publish", Organize),
        new("POST /sessions/{sessionId}/close", Organize),
        new("POST /sessions/{sessionId}/complete", Organize),
        new("POST /sessions/{sessionId}/cancel", Organize),
        new("POST /sessions/{sessionId}/reservations", CompaniesAndOrganize),
        new("GET /reservations", SignedIn),
        new("GET /reservations/{reservationId}", SignedIn, Theirs),
        new("POST /reservations/{reservationId}/approve", Organize),
        new("POST /reservations/{reservationId}/decline", Organize),
        new(
            "POST /reservations/{reservationId}/cancel",
            CompaniesAndOrganize,
            Theirs,
            _ => new { reason = "行程有变" }
        ),
        new("PUT /reservations/{reservationId}/delegates", CompaniesAndOrganize, Theirs, _ => Array.Empty<string>()),
        new("GET /reservations/{reservationId}/delegates", SignedIn, Theirs),
        new("POST /sessions/{sessionId}/waitlist", CompaniesAndOrganize),
        new("GET /sessions/{sessionId}/waitlist", Organize),
        new("GET /waitlist/{entryId}", SignedIn, Theirs),
        new("DELETE /waitlist/{entryId}", CompaniesAndOrganize, Theirs),
        new(
            "POST /reservations/{reservationId}/payments",
            CompaniesAndOrganize,
            Theirs,
            _ => new { method = "bank_transfer" }
        ),
        new("GET /payments", SignedIn),
        new("GET /payments/{paymentId}", SignedIn, Theirs),
        new("POST /payments/{paymentId}/receive", Finance),
        new("POST /hospitals", Organize),
        new("GET /hospitals", Organizers),
        new("GET /hospitals/{hospitalId}", Organizers),
        new("PATCH /hospitals/{hospitalId}", Organize),
        new("POST /guests", Organize),
        new("GET /guests", Organizers),
        new("GET /guests/{guestId}", Organizers),
        new("PATCH /guests/{guestId}", Organize),
        new("POST /sessions/{sessionId}/invitations", Organize),
        new("GET /sessions/{sessionId}/invitations", Organizers),
        new("GET /invitations/{invitationId}", Organizers),
        new("POST /invitations/{invitationId}/links", Organize),
        new("DELETE /invitations/{invitationId}/links", Organize),
        new("POST /sessions/{sessionId}/consultation-slots", Organize),
        new("GET /sessions/{sessionId}/consultation-slots", SignedIn, Theirs),
        new("DELETE /consultation-slots/{slotId}", Organize),
        new("POST /reservations/{reservationId}/consultation", CompaniesAndOrganize, Theirs, Slot),
        new("GET /consultations", SignedIn),
        new("GET /consultations/{consultationId}", SignedIn, Theirs),
        new("POST /consultations/{consultationId}/move", CompaniesAndOrganize, Theirs, Slot),
        new("POST /consultations/{consultationId}/cancel", CompaniesAndOrganize, Theirs),
        new("POST /consultations/{consultationId}/drafts", Organize),
        new("GET /consultations/{consultationId}/drafts", SignedIn, Theirs),
        new("GET /consultations/{consultationId}/calendar", SignedIn, Theirs),
        new("POST /consultations/{consultationId}/finish", Organize),
        new("GET /payments/{paymentId}/receipt", SignedIn, Theirs),
        new("POST /payments/{paymentId}/refunds", Finance),
        new("POST /payments/{paymentId}/write-off", Finance),
        new("GET /refunds", SignedIn),
        new("GET /refunds/{refundId}", SignedIn, Theirs),
        new("POST /refunds/{refundId}/approve", Finance),
        new("POST /refunds/{refundId}/retry", Finance),
        new("POST /refunds/{refundId}/withdraw", Finance),
        new("POST /refunds/{refundId}/bounce", Finance),
        new("POST /refunds/{refundId}/manual-payout", Finance),
        new("POST /refunds/{refundId}/pay", Finance),
        new("GET /disputes", Finance),
        new("GET /companies/{companyId}/statement", SignedIn, Theirs),
        new("GET /companies/{companyId}/statement/export", SignedIn, Theirs),
        new("GET /sessions/{sessionId}/statement", Finance),
        new("GET /sessions/{sessionId}/statement/export", Finance),
        new("GET /sessions/{sessionId}/delegates", Organizers),
        new("POST /delegates/{delegateId}/approve", Organize),
        new("POST /delegates/{delegateId}/refuse", Organize),
        new("POST /delegates/{delegateId}/links", Organize),
        new("GET /delegate", Delegates),
        new("POST /delegate/agreements", Delegates),
        new("GET /delegate/ticket", Delegates),
        new("GET /delegate/ticket/page", Delegates),
        new("GET /invitation/ticket", Guests),
        new("GET /invitation/ticket/page", Guests),
        new("POST /sessions/{sessionId}/tickets", Organize),
        new("GET /invitation/conflicts", Guests),
        new("PUT /invitation/conflicts", Guests),
        new("PUT /reservations/{reservationId}/conflicts", CompaniesAndOrganize, Theirs, _ => Array.Empty<string>()),
        new("GET /sessions/{sessionId}/conflicts", Organizers),
        new("PUT /sessions/{sessionId}/agenda", Organize),
        new("GET /sessions/{sessionId}/agenda", SignedIn, Theirs),
        new("POST /sessions/{sessionId}/door-devices", Doorkeepers),
        new("GET /sessions/{sessionId}/door-devices", Doorkeepers),
        new("DELETE /door-devices/{deviceId}", Doorkeepers),
        new("POST /door/pair", Anyone),
        new("GET /door/roster", Devices),
        new("POST /door/scans", Devices),
        new("POST /door/check-ins/{ticketId}/undo", Devices),
        new("GET /sessions/{sessionId}/check-ins", Doorkeepers),
        new("POST /sessions/{sessionId}/check-ins/{ticketId}/undo", Doorkeepers),
        new("GET /sessions/{sessionId}/paper", Organize),
        new("POST /reservations/{reservationId}/attendance", Organize),
        new("POST /sessions/{sessionId}/benefits", Organize),
        new("GET /sessions/{sessionId}/benefits", Organizers),
        new("POST /benefits/{benefitId}/void", Organize),
        new("POST /sessions/{sessionId}/endorsements", Organize),
        new("GET /sessions/{sessionId}/endorsements", Organizers),
        new("GET /invitation/endorsements", Guests),
        new("PUT /invitation/endorsements/{endorsementId}", Guests),
        new("GET /sessions/{sessionId}/report", Organizers),
        new("GET /sessions/{sessionId}/report/page", Organizers),
        new("POST /bank-statements", Finance, Body: _ => World.Form()),
        new("GET /bank-lines", Finance),
        new("GET /bank-lines/{lineId}", Finance),
        new("POST /bank-lines/{lineId}/match", Finance),
        new("POST /bank-lines/{lineId}/split", Finance),
        new("POST /bank-lines/{lineId}/hold", Finance),
        new("POST /bank-lines/{lineId}/return", Finance),
        new("POST /bank-lines/{lineId}/pay", Finance),
        new("POST /statement-mappings", Finance),
        new("GET /statement-mappings", Finance),
        new("GET /statement-mappings/{mappingId}", Finance),
        new("PUT /statement-mappings/{mappingId}", Finance),
        new("DELETE /statement-mappings/{mappingId}", Finance),
        new("GET /fapiaos", SignedIn),
        new("GET /fapiaos/export", Finance),
        new("POST /fapiaos/results", Finance, Body: _ => World.Form()),
        new("GET /fapiaos/{fapiaoId}", SignedIn),
        new("GET /fapiaos/{fapiaoId}/file", SignedIn),
        new("POST /fapiaos/{fapiaoId}/file", Finance, Body: _ => World.Form()),
        new("POST /fapiaos/{fapiaoId}/red-letters", Finance),
        new("POST /payments/{paymentId}/fapiao", CompaniesAndOrganize, Absent: true),
        new("PUT /companies/{companyId}/fapiao-profile", CompaniesAndOrganize, Theirs),
        new("GET /companies/{companyId}/fapiao-profile", SignedIn, Absent: true),
        new("POST /payments/{paymentId}/check", SignedIn, Theirs),
        new("POST /webhooks/stripe", Anyone),
        new("GET /outbox/parked", Organize),
        new("POST /outbox/{messageId}/retry", Organize),
    ];
}
