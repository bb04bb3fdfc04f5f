using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.Invitations;

/// <summary>An invitation as its guest sees it.</summary>
/// <param name="Consents">What may be agreed to, each in the words in force; nothing is agreed to unless the guest says so.</param>
public sealed record MyInvitationView(
    string Id,
    InvitationStatus Status,
    InvitedToView Session,
    string Name,
    string Unit,
    IReadOnlyList<DayPart>? Availability,
    IReadOnlyList<MyConsentView> Consents,
    long Version
) : ITagged
{
    [JsonIgnore]
    public string Tag => $"{Version}.{string.Concat(Consents.Select(one => one.Given ? 'y' : 'n'))}";

    internal static async Task<MyInvitationView?> Find(Statements db, string invitationId)
    {
        if (await InvitationRow.Find(db, invitationId) is not { } row)
            return null;
        var session = (await DaySheet.Find(db, row.SessionId))!;
        var consents = await ConsentRow.Of(db, invitationId);
        return new(
            row.Id,
            row.State,
            InvitedToView.Of(session, Visibility.Of(Visibility.AsGuest(row.State)).HasFlag(Sight.Venue)),
            row.Name,
            row.Unit,
            DayPart.FromStored(row.Availability),
            [.. ConsentText.All.Select(text => MyConsentView.Of(text, consents))],
            row.Version
        );
    }
}

/// <summary>The session that a guest is asked to.</summary>
/// <param name="Venue">Left out once the guest does not come.</param>
public sealed record InvitedToView(
    string Id,
    string Title,
    LocalDate Date,
    LocalTime StartsAt,
    LocalTime EndsAt,
    string TimeZone,
    string City,
    SessionStatus Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Venue
)
{
    internal static InvitedToView Of(DaySheet day, bool withVenue) =>
        new(
            day.Id,
            day.Title,
            day.Date,
            day.StartsAt,
            day.EndsAt,
            day.TimeZone,
            day.City,
            Words.Parse<SessionStatus>(day.Status),
            withVenue ? day.Venue : null
        );
}

/// <summary>One thing to agree to.</summary>
/// <param name="TextSha256">To be sent with the consent, so that it is on record which words were read.</param>
/// <param name="Given">Whether it holds now.</param>
/// <param name="GivenSha256">The words that were agreed to, which may be an earlier version's.</param>
public sealed record MyConsentView(
    ConsentKind Kind,
    string TextVersion,
    Text Text,
    string TextSha256,
    bool Given,
    string? GivenSha256,
    Instant? GivenAt,
    Instant? WithdrawnAt
)
{
    internal static MyConsentView Of(ConsentText text, List<ConsentRow> rows)
    {
        var given = rows.FindAll(row => row.Kind == text.Kind.Word());
        // The one that holds, if any: it may be of the same millisecond as one that was taken back.
        var last = given.Find(row => row.WithdrawnAt is null) ?? given.LastOrDefault();
        return new(
            text.Kind,
            text.Version,
            text.Says,
            text.Sha256,
            last is { WithdrawnAt: null },
            last?.TextSha256,
            last?.GivenAt,
            last?.WithdrawnAt
        );
    }
}
