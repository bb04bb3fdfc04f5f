using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NUnit.Framework;

namespace ClosedDoor.Tests;

/// <summary>README's lines for nginx, in front of the service as it runs in earnest.</summary>
public class ReadmeProxyTests
{
    string _folder = null!;
    TestDatabase _database = null!;
    ServiceProcess _service = null!;
    Process _nginx = null!;
    HttpClient _client = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        var nginx = new[] { "/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx" }.FirstOrDefault(File.Exists);
        if (nginx is null)
        {
            const string Missing = "nginx is not installed (Debian: apt-get install nginx-light).";
            if (Environment.GetEnvironmentVariable("CI") == "true")
                Assert.Fail(Missing);
            Assert.Ignore(Missing);
        }
        _database = await TestDatabase.Create();
        _service = await ServiceProcess.Start(_database, null, ("CLOSEDDOOR_TRUSTED_PROXIES", "127.0.0.1"));
        _folder = Directory.CreateTempSubdirectory("closeddoor-nginx-").FullName;
        var port = Ports.Free();
        var fingerprint = WriteCertificate(_folder);
        await File.WriteAllTextAsync(Path.Combine(_folder, "nginx.conf"), Configuration(_folder, port));
        _nginx = Process.Start(
            new ProcessStartInfo(nginx!, ["-p", _folder, "-c", "nginx.conf", "-e", "error.log", "-g", "daemon off;"])
        )!;
        _client = new(
            new SocketsHttpHandler
            {
                SslOptions =
                {
                    RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == fingerprint,
                },
            }
        )
        {
            BaseAddress = new($"https://127.0.0.1:{port}"),
        };
        await UntilItListens();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_client is null)
            return;
        _client.Dispose();
        _nginx.Kill(entireProcessTree: true);
        await _nginx.WaitForExitAsync();
        _nginx.Dispose();
        Directory.Delete(_folder, recursive: true);
        await _service.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Test]
    public async Task Browsers_are_told_to_stay_with_TLS()
    {
        using var answer = await _client.GetAsync("/api/v1/sessions");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(answer.Headers.Contains("Strict-Transport-Security"));
    }

    [Test]
    public async Task An_upload_of_ten_megabytes_reaches_the_service()
    {
        using var form = new MultipartFormDataContent();
        var file = new ByteArrayContent(new byte[9_900_000]);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        form.Add(file, "file", "evidence.pdf");

        using var answer = await _client.PostAsync("/api/v1/vettings/vet_00000000000000000000000000/evidence", form);

        // The service's own answer to somebody who has not signed in, where nginx would say that it is too large.
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/problem+json"));
    }

    [Test]
    public async Task Metrics_are_kept_from_the_public()
    {
        using var outside = await _client.GetAsync("/metrics");
        using var inside = await _service.Client.GetAsync("/metrics");

        Assert.That(outside.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(inside.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    /// <summary>README's block as it stands, but for addresses, the certificate's place, and what a whole file needs around it.</summary>
    string Configuration(string folder, int port)
    {
        var block = Readme.Block("nginx");
        Assert.That(
            block,
            Does.Contain("listen 443 ssl;").And.Contain("http://127.0.0.1:5080").And.Contain("/etc/ssl/")
        );
        return $$"""
            user root; # Else, started by root, it works as nobody, who may not enter the folder. Ignored of others.
            worker_processes 1;
            pid {{folder}}/nginx.pid;
            events {}
            http {
              access_log off;
              client_body_temp_path {{folder}}/body;
              proxy_temp_path {{folder}}/proxy;
              fastcgi_temp_path {{folder}}/fastcgi;
              uwsgi_temp_path {{folder}}/uwsgi;
              scgi_temp_path {{folder}}/scgi;
              {{block
                .Replace("listen 443 ssl;", $"listen 127.0.0.1:{port} ssl;")
                .Replace("http://127.0.0.1:5080", _service.Client.BaseAddress!.GetLeftPart(UriPartial.Authority))
                .Replace("/etc/ssl/", $"{folder}/")}}
            }
            """;
    }

    /// <summary>One of its own for nginx, and what it is known by.</summary>
    static string WriteCertificate(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=closeddoor.example.com", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(Path.Combine(folder, "closeddoor.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "closeddoor.key"), key.ExportPkcs8PrivateKeyPem());
        return certificate.GetCertHashString();
    }

    async Task UntilItListens()
    {
        for (var i = 0; i < 600; i++)
        {
            if (_nginx.HasExited)
                Assert.Fail($"nginx ended with {_nginx.ExitCode}: README's block is none that it takes.");
            try
            {
                using var answer = await _client.GetAsync("/healthz");
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }
            await Task.Delay(100);
        }
        Assert.Fail("nginx did not answer within a minute.");
    }
}
