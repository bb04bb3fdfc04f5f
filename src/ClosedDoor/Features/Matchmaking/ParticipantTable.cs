using System.Text.Json;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>Every change to what participants offer or look for, and to when they are there.</summary>
static class ParticipantTable
{
    public static async Task SetProfile(Tx tx, Speaker speaker, MatchProfile profile, bool automatic, Instant now)
    {
        await tx.Execute(
            """
            INSERT INTO match_participant (session_id, subject_id, profile, automatic, absent, version)
            VALUES (@SessionId, @Id, @profile, @automatic, 0, 1)
            ON CONFLICT (session_id, subject_id) DO UPDATE SET profile = @profile, automatic = @automatic,
                version = match_participant.version + 1
            """,
            new
            {
                speaker.SessionId,
                speaker.Id,
                profile = JsonSerializer.Serialize(profile, Json.Options),
                automatic = automatic ? 1L : 0L,
            }
        );
        await tx.Record(now, new Change(speaker.SessionId, "match_profile.set", speaker.Id, After: new { automatic }));
    }

    /// <summary>False when the participant is to be asked after that end of the day already.</summary>
    public static async Task<bool> AskAfter(Tx tx, string sessionId, string subjectId, Instant ends, string asking) =>
        await tx.Execute(
            """
            INSERT INTO match_participant (session_id, subject_id, automatic, absent, asked_after, asking, version)
            VALUES (@sessionId, @subjectId, 1, 0, @ends, @asking, 1)
            ON CONFLICT (session_id, subject_id) DO UPDATE SET asked_after = @ends, asking = @asking
            WHERE match_participant.asked_after IS NULL OR match_participant.asked_after <> @ends
            """,
            new
            {
                sessionId,
                subjectId,
                ends,
                asking,
            }
        ) == 1;

    /// <summary>Forgets what a guest looked for, and when the guest was there; that it was asked, stays.</summary>
    public static Task ForgetGuest(Tx tx, string guestId) =>
        tx.Execute(
            """
            UPDATE match_participant SET profile = NULL, present_from = NULL, present_until = NULL, version = version + 1
            WHERE subject_id IN (SELECT id FROM invitation WHERE guest_id = @guestId)
            """,
            new { guestId }
        );

    public static async Task SetPresence(
        Tx tx,
        string sessionId,
        string subjectId,
        LocalTime? from,
        LocalTime? until,
        bool absent,
        Instant now
    )
    {
        await tx.Execute(
            """
            INSERT INTO match_participant (session_id, subject_id, automatic, present_from, present_until, absent, version)
            VALUES (@sessionId, @subjectId, 1, @from, @until, @absent, 1)
            ON CONFLICT (session_id, subject_id) DO UPDATE SET present_from = @from, present_until = @until, absent = @absent,
                version = match_participant.version + 1
            """,
            new
            {
                sessionId,
                subjectId,
                from,
                until,
                absent = absent ? 1L : 0L,
            }
        );
        await tx.Record(
            now,
            new Change(
                sessionId,
                "presence.set",
                subjectId,
                After: new
                {
                    from,
                    until,
                    absent,
                }
            )
        );
    }
}

/// <summary>What is known of one participant beyond the register; the defaults are those of one who has said nothing.</summary>
sealed record ParticipantRow
{
    public string SubjectId { get; init; } = "";
    public string? Profile { get; init; }
    public long Automatic { get; init; } = 1;
    public LocalTime? PresentFrom { get; init; }
    public LocalTime? PresentUntil { get; init; }
    public long Absent { get; init; }

    /// <summary>The end of the day after which the participant is asked what has come of the meetings; null before there are any.</summary>
    public Instant? AskedAfter { get; init; }

    /// <summary>Which asking that is; null where 0.1.0 has asked.</summary>
    public string? Asking { get; init; }

    public MatchProfile Offer =>
        Profile is null ? MatchProfile.Empty : JsonSerializer.Deserialize<MatchProfile>(Profile, Json.Options)!;

    public static async Task<Dictionary<string, ParticipantRow>> Of(Statements db, string sessionId) =>
        (
            await db.All<ParticipantRow>(
                """
                SELECT subject_id, profile, automatic, present_from, present_until, absent, asked_after, asking
                FROM match_participant WHERE session_id = @sessionId
                """,
                new { sessionId }
            )
        ).ToDictionary(row => row.SubjectId);
}
