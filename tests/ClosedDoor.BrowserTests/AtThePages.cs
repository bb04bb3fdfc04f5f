using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Accounts;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform;
using NUnit.Framework;

namespace ClosedDoor.BrowserTests;

/// <summary>Tests of what people see; whatever a page did wrong behind it fails the test too.</summary>
public abstract class AtThePages
{
    readonly List<Visitor> _visitors = [];

    private protected static TestHost Host => Stage.Host;

    /// <summary>
    /// What tests before this one have left to send goes out now. Later it would go at the same time as this one's, and the
    /// last mail to an address, which delegates share, might be somebody else's, or one without a link.
    /// </summary>
    [SetUp]
    public async Task No_mail_is_left_of_another()
    {
        await Stage.Till.Work();
        if (Directory.Exists(Host.MailFolder))
            Directory.Delete(Host.MailFolder, recursive: true);
    }

    private protected async Task<Visitor> Visit(string address, int width = 1024, bool isThere = true)
    {
        var visitor = await Visitor.At(address, width, isThere);
        _visitors.Add(visitor);
        return visitor;
    }

    /// <summary>A company that may reserve, and somebody of it who signs in by a password.</summary>
    private protected static async Task<(TestCompany Company, Person Member)> CompanyWithMember()
    {
        var company = await Host.Given.VettedCompany();
        return (company, await Person.With(Host, Permission.None, company.Id));
    }

    /// <summary>The address that the last mail to somebody leads to.</summary>
    private protected static async Task<string> LinkInMailTo(string email)
    {
        await Stage.Till.Work();
        var mail = Directory
            .GetFiles(Host.MailFolder)
            .OrderByDescending(File.GetLastWriteTimeUtc)
            .Select(ReceivedMail.Open)
            .First(mail => mail.Headers["To"].Contains(email, StringComparison.OrdinalIgnoreCase));
        return mail
            .PlainText.Split([' ', '\n', '\r'])
            .First(word => word.StartsWith("http://", StringComparison.Ordinal));
    }

    [TearDown]
    public async Task Nothing_went_wrong_behind_what_was_seen()
    {
        var visitors = _visitors.ToArray();
        _visitors.Clear();
        foreach (var visitor in visitors)
            await visitor.Page.Context.CloseAsync();
        Assert.That(visitors.SelectMany(visitor => visitor.Wrong), Is.Empty);
    }
}
