using ClosedDoor.Features.Invitations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>Takes the meetings out of the calendar of a guest who does not come any more, also of one who is erased.</summary>
static class EndMeetingCalendar
{
    /// <summary>Sends the cancellations, then drops the address. After a kill in between they are sent again, with the same Message-ID.</summary>
    public static async Task Handle(OutboxMessage message, Delivery delivery)
    {
        var invitationId = message.SubjectId;
        var letter = await delivery.Database.Read(async read =>
            await InvitationRow.Find(read, invitationId) is { } row
                ? await MeetingMails.ToGuestWhoLeft(read, await Named(read, row), message, delivery.Settings)
                : null
        );
        if (letter is not null)
            await delivery.Mailer.Send(letter, message.Id, message.Reached, delivery.LeaseEnds);
        await delivery.Database.Write(OutboxWorker.Actor, tx => MeetingCalendarEndTable.Forget(tx, invitationId));
    }

    /// <summary>Of an erased guest what was put aside for this mail.</summary>
    static async Task<InvitationRow> Named(Statements read, InvitationRow row) =>
        row.ForgottenAt is not null
        && await read.Find<Row>("SELECT name, email FROM agenda_end WHERE invitation_id = @Id", new { row.Id })
            is { } aside
            ? row with
            {
                Name = aside.Name,
                Email = aside.Email,
            }
            : row;

    sealed record Row
    {
        public string Name { get; init; } = "";
        public string Email { get; init; } = "";
    }
}
