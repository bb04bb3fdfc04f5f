using ClosedDoor.Platform.Outbox;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

/// <summary>What has been sent, as the mail folder shows it.</summary>
static class Mailbox
{
    /// <summary>Works the outbox and hands over the mails that this brought, in the order of their messages.</summary>
    public static async Task<List<ReceivedMail>> DeliverMails(this TestHost host)
    {
        if (Directory.Exists(host.MailFolder))
            Directory.Delete(host.MailFolder, recursive: true);
        await host.Get<OutboxWorker>().RunOnce(host.Time.Now);
        Assert.That(await host.Query<long>("SELECT COUNT(*) FROM outbox"), Is.Zero, "Not every message was handled.");
        return Directory.Exists(host.MailFolder)
            ? [.. Directory.GetFiles(host.MailFolder).Order(StringComparer.Ordinal).Select(ReceivedMail.Open)]
            : [];
    }

    public static async Task<ReceivedMail> DeliverOneMail(this TestHost host) => (await host.DeliverMails()).Single();

    /// <summary>Both parts of the mail contain all the words.</summary>
    public static void AssertSays(this ReceivedMail mail, params string[] words)
    {
        foreach (var word in words)
        {
            Assert.That(mail.PlainText, Does.Contain(word));
            Assert.That(mail.Html, Does.Contain(word));
        }
    }

    /// <summary>The calendar files that take an appointment back.</summary>
    public static string[] Cancellations(this IEnumerable<ReceivedMail> mails) =>
        [
            .. mails
                .Select(mail => mail.Calendar)
                .OfType<string>()
                .Where(text => text.Contains("METHOD:CANCEL", StringComparison.Ordinal)),
        ];
}
