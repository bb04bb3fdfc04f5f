using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

/// <summary>
/// A real STARTTLS session: the service in a process of its own, whose trust in certificates is the operating system's,
/// with the listener's own certificate among the trusted ones or not.
/// </summary>
public class StartTlsTests
{
    [TestCase(true)]
    [TestCase(false)]
    public async Task A_mail_goes_encrypted_to_a_server_that_is_trusted_and_to_no_other(bool trusted)
    {
        using var certificate = SelfSigned();
        await using var server = new SmtpListener(certificate: certificate);
        await using var host = await TestHost.Create();
        var pem = Path.Combine(host.Store.Folder, "trusted.pem");
        await File.WriteAllTextAsync(pem, trusted ? certificate.ExportCertificatePem() : "");
        // The process goes by the true clock: a hold that has lapsed by it may be ended before its mail is written.
        host.Time.Advance(Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow()) - host.Time.Now);
        await host.Given.Hold(await host.Given.VettedCompany(), await host.Given.PublishedSession());

        await using var service = await ServiceProcess.Start(
            host.Store,
            port: null,
            ("CLOSEDDOOR_SMTP_HOST", "localhost"),
            ("CLOSEDDOOR_SMTP_PORT", $"{server.Port}"),
            ("SSL_CERT_FILE", pem)
        );
        var attempted = await Eventually(async () =>
            await host.Query<long>($"SELECT COUNT(*) {Held} AND (attempts = 0 OR lease IS NOT NULL)") == 0
        );

        Assert.That(attempted, string.Join('\n', service.Said));
        Assert.That(server.Mails.Select(mail => mail.Encrypted), trusted ? Has.None.False.And.Not.Empty : Is.Empty);
        Assert.That(await host.Query<long>($"SELECT COUNT(*) {Held}"), Is.EqualTo(trusted ? 0 : 1));
        if (trusted)
            Assert.That(
                server.Mails.Select(mail => new ReceivedMail(mail.Data).Subject),
                Has.Some.StartsWith("席位已暂留")
            );
        else
            Assert.That(await host.Query<string>($"SELECT last_error {Held}"), Does.Contain("certificate").IgnoreCase);
    }

    const string Held = "FROM outbox WHERE kind = 'reservation.held.v1'";

    static async Task<bool> Eventually(Func<Task<bool>> holds)
    {
        for (var i = 0; i < 1200; i++)
        {
            if (await holds())
                return true;
            await Task.Delay(50);
        }
        return false;
    }

    static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
