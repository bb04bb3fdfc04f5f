using ClosedDoor.Features.Delegates;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Mail;
using ClosedDoor.Platform.Outbox;
using ClosedDoor.Tests.Features.Delegates;
using ClosedDoor.Tests.Features.Guests;
using ClosedDoor.Tests.Given;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

/// <summary>An address is corrected, or a person forgotten, while a mail with a link is being written to it.</summary>
public class LinkedMailingTests : SeatDesk
{
    const string Right = "right@example.com";

    [Test]
    public async Task No_link_to_a_guest_is_made_for_an_address_that_was_corrected_meanwhile()
    {
        var (mails, invitation) = await InvitedWhile(guest =>
            _organizer.Patch($"/guests/{guest}", new { email = Right })
        );

        Assert.That(mails.Select(mail => mail.Headers["To"]), Is.Not.Empty.And.All.EqualTo(Right));
        Assert.That(await Links(invitation), Is.EqualTo(mails.Count));
    }

    [Test]
    public async Task No_link_to_a_delegate_is_made_for_an_address_that_was_corrected_meanwhile()
    {
        var ids = await _company.Named(_seat, "示例");
        (await _organizer.Post($"/delegates/{ids[0]}/approve")).Expect(200);

        var mails = await Written(
            DelegateTable.Approved,
            DelegateRow.Addressee,
            DelegateMails.Approved,
            () =>
                _company.Api.Put(
                    $"/reservations/{_seat}/delegates",
                    new[] { Named("示例甲", Right), Named("示例乙", "delegate@example.com") }
                )
        );

        Assert.That(mails.Select(mail => mail.Headers["To"]), Is.Not.Empty.And.All.EqualTo(Right));
        Assert.That(await Links(ids[0]), Is.EqualTo(mails.Count));
    }

    [Test]
    public async Task No_link_is_made_for_a_guest_who_was_forgotten_meanwhile()
    {
        var (mails, invitation) = await InvitedWhile(guest => _organizer.Post($"/guests/{guest}/forget"));

        Assert.That(mails, Is.Empty);
        Assert.That(await Links(invitation), Is.Zero);
    }

    /// <summary>The mails to a guest of whom something changes while the invitation is written, and the invitation.</summary>
    async Task<(List<ReceivedMail> Mails, string Invitation)> InvitedWhile(Func<string, Task<Reply>> meanwhile)
    {
        await _host.DeliverMails();
        var guest = await _organizer.Director();
        var invitation = await _organizer.Invite(_session, guest);
        var mails = await Written(
            InvitationTable.Invited,
            InvitationRow.Addressee,
            InvitationMails.Invited,
            () => meanwhile(guest)
        );
        return (mails, invitation);
    }

    /// <summary>Mails of one kind, of which something happens between the reading of the first and its link.</summary>
    async Task<List<ReceivedMail>> Written(
        string kind,
        LinkAddressee to,
        LinkedLetterWriter write,
        Func<Task<Reply>> meanwhile
    )
    {
        var first = true;
        var worker = new OutboxWorker(
            _host.Data,
            new()
            {
                [kind] = LinkedMailing.By(
                    to,
                    async (read, id, settings, link) =>
                    {
                        var letter = await write(read, id, settings, link);
                        if (first && letter is not null)
                        {
                            first = false;
                            (await meanwhile()).Expect(200);
                        }
                        return letter;
                    }
                ),
            },
            _host.Get<Mailer>(),
            _host.Get<Settings>(),
            _host.Get<IClock>(),
            NullLogger<OutboxWorker>.Instance
        );
        if (Directory.Exists(_host.MailFolder))
            Directory.Delete(_host.MailFolder, recursive: true);
        await worker.RunOnce(_host.Time.Now);
        return Directory.Exists(_host.MailFolder)
            ? [.. Directory.GetFiles(_host.MailFolder).Select(ReceivedMail.Open)]
            : [];
    }

    Task<long> Links(string subject) =>
        _host.Query<long>(
            "SELECT COUNT(*) FROM personal_link WHERE subject_id = @subject AND revoked_at IS NULL",
            new { subject }
        );

    static object Named(string name, string email) =>
        new
        {
            name,
            jobTitle = "市场总监",
            phone = "13800000000",
            email,
        };
}
