using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using ClosedDoor.Platform.Files;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Vetting;

public class EvidenceTests
{
    TestHost _host = null!;
    TestCompany _company = null!;
    string _vettingId = null!;

    [OneTimeSetUp]
    public async Task Start() => _host = await TestHost.Create();

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [SetUp]
    public async Task Begin()
    {
        _company = await _host.Given.Company();
        _vettingId = (await _company.Api.Post($"/companies/{_company.Id}/vettings")).Expect(201).Id;
    }

    Task<Reply> Upload(byte[] content, string name = "证明.pdf", string? supports = null, string? key = null) =>
        _company.Api.Upload(_vettingId, Applications.File(content, name, supports), key);

    static byte[] Unique(byte[] start) => [.. start, .. RandomNumberGenerator.GetBytes(64)];

    [Test]
    public async Task A_file_is_kept_and_comes_back_byte_for_byte_as_an_attachment()
    {
        var content = Unique(Applications.Pdf);

        var added = (await Upload(content, supports: "technology")).Expect(201);

        Assert.That(added["mediaType"].GetString(), Is.EqualTo("application/pdf"));
        Assert.That(added["size"].GetInt64(), Is.EqualTo(content.Length));
        Assert.That(added["sha256"].GetString(), Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(content))));
        Assert.That(added["supports"].GetString(), Is.EqualTo("technology"));
        var file = (await _company.Api.Get(added.Headers["Location"])).Expect(200);
        Assert.That(file.Body, Is.EqualTo(content));
        Assert.That(file.MediaType, Is.EqualTo("application/pdf"));
        Assert.That(file.Headers["Content-Disposition"], Does.StartWith("attachment;"));
        Assert.That(
            file.Headers["Content-Disposition"],
            Does.Contain("filename*=UTF-8''%E8%AF%81%E6%98%8E.pdf"),
            "RFC 5987"
        );
        Assert.That(file.Headers["X-Content-Type-Options"], Is.EqualTo("nosniff"));
        Assert.That(file.Headers["Content-Security-Policy"], Does.Contain("sandbox"));
        (await _company.Api.Get(added.Headers["Location"], ifNoneMatch: file.ETag)).Expect(304);
        var vetting = await _company.Api.Get($"/vettings/{_vettingId}");
        Assert.That(vetting["evidence"][0].GetProperty("id").GetString(), Is.EqualTo(added.Id));
    }

    [Test]
    public async Task The_content_decides_the_type_and_not_the_name()
    {
        var png = (await Upload(Applications.Png, "scan.pdf")).Expect(201);
        var jpeg = (await Upload(Applications.Jpeg, "照片.JPEG")).Expect(201);

        Assert.That(png["mediaType"].GetString(), Is.EqualTo("image/png"));
        Assert.That(png["fileName"].GetString(), Is.EqualTo("scan.pdf.png"));
        Assert.That(jpeg["mediaType"].GetString(), Is.EqualTo("image/jpeg"));
        Assert.That(jpeg["fileName"].GetString(), Is.EqualTo("照片.JPEG"));
    }

    [TestCase("plain text")]
    [TestCase("<html><script>alert(1)</script></html>")]
    [TestCase("\n%PDF-1.7")]
    [TestCase("PK\u0003\u0004")]
    public async Task Other_types_are_refused(string content) =>
        (await Upload(Encoding.UTF8.GetBytes(content))).Expect(415, "file_type_refused");

    [Test]
    public async Task Ten_megabytes_are_taken_and_a_byte_more_is_not()
    {
        var largest = new byte[UploadedFile.Largest];
        Applications.Pdf.CopyTo(largest, 0);

        (await Upload(largest)).Expect(201);
        (await Upload([.. largest, 0])).Expect(413, "too_large");
    }

    [Test]
    public async Task A_request_without_a_file_says_so()
    {
        var form = new MultipartFormDataContent { { new StringContent("technology"), "supports" } };

        (await _company.Api.Upload(_vettingId, form)).Expect(422, "invalid_fields");
        (await Upload([])).Expect(422, "invalid_fields");
        (await _company.Api.Post($"/vettings/{_vettingId}/evidence")).Expect(415, "unsupported_media_type");
    }

    [Test]
    public async Task A_body_that_is_no_multipart_is_malformed()
    {
        foreach (var body in (string[])["", "no boundary", "--b\r\nX: y\r\n", "--b\r\n\r\n--b--"])
        {
            var content = new StringContent(body);
            content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b");
            var reply = await _company.Api.Upload(_vettingId, content);
            Assert.That(reply.Status, Is.EqualTo(400).Or.EqualTo(422), body);
        }
        var bare = new StringContent("x");
        bare.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data");
        (await _company.Api.Upload(_vettingId, bare)).Expect(400, "malformed_request");
    }

    [Test]
    public async Task A_path_and_hidden_characters_do_not_get_into_the_name()
    {
        var added = (await Upload(Applications.Pdf, "..\\..\\secret/\u202Efdp.证明")).Expect(201);

        Assert.That(added["fileName"].GetString(), Is.EqualTo("fdp.证明.pdf"));
    }

    [Test]
    public async Task The_same_upload_with_the_same_key_is_kept_once()
    {
        var content = Unique(Applications.Pdf);

        var first = (await Upload(content, key: "upload")).Expect(201);
        var again = (await Upload(content, key: "upload")).Expect(201);

        Assert.That(again.IsReplay);
        Assert.That(again.Id, Is.EqualTo(first.Id));
        Assert.That((await _company.Api.Get($"/vettings/{_vettingId}"))["evidence"].GetArrayLength(), Is.EqualTo(1));
        (await Upload(Unique(Applications.Pdf), key: "upload")).Expect(422, "idempotency_key_reused");
    }

    [Test]
    public async Task A_file_leaves_the_store_with_the_last_reference_to_it()
    {
        var content = Unique(Applications.Png);
        var first = (await Upload(content, "a.png")).Expect(201);
        var second = (await Upload(content, "b.png")).Expect(201);
        var sha256 = first["sha256"].GetString();
        Task<long> Kept() =>
            _host.Query<long>("SELECT COUNT(*) FROM file_content WHERE sha256 = @sha256", new { sha256 });

        Assert.That(await Kept(), Is.EqualTo(1), "the same content is kept once");
        (await _company.Api.Delete($"/vettings/{_vettingId}/evidence/{first.Id}")).Expect(204);
        Assert.That(await Kept(), Is.EqualTo(1));
        (await _company.Api.Delete($"/vettings/{_vettingId}/evidence/{second.Id}")).Expect(204);
        Assert.That(await Kept(), Is.Zero);
        (await _company.Api.Delete($"/vettings/{_vettingId}/evidence/{second.Id}")).Expect(404);
        (await _company.Api.Get($"/vettings/{_vettingId}/evidence/{second.Id}")).Expect(404);
    }

    [Test]
    public async Task Removal_honours_the_files_own_tag()
    {
        var added = (await Upload(Applications.Pdf)).Expect(201);
        var path = $"/vettings/{_vettingId}/evidence/{added.Id}";

        (await _company.Api.Delete(path, ifMatch: "\"another\"")).Expect(412, "stale_version");
        (await _company.Api.Delete(path, ifMatch: $"W/{added.ETag}")).Expect(412, "stale_version");
        (await _company.Api.Delete(path, ifMatch: added.ETag)).Expect(204);
    }

    [Test]
    public async Task Evidence_of_a_submitted_vetting_stays()
    {
        var id = await _company.DraftFrom(_vettingId);
        var file = (await _company.Api.Get($"/vettings/{id}"))["evidence"][0].GetProperty("id").GetString();
        (await _company.Api.Post($"/vettings/{id}/submit")).Expect(200);

        (await _company.Api.Delete($"/vettings/{id}/evidence/{file}")).Expect(409, "wrong_vetting_status");
    }

    [Test]
    public async Task Another_company_neither_reads_nor_adds_nor_removes_it()
    {
        var added = (await Upload(Applications.Pdf)).Expect(201);
        var stranger = await _host.Given.Company();
        var path = $"/vettings/{_vettingId}/evidence/{added.Id}";

        (await stranger.Api.Get(path)).Expect(404, "not_found");
        (await stranger.Api.Delete(path)).Expect(404, "not_found");
        var upload = await stranger.Api.Upload(_vettingId, Applications.File(Applications.Pdf));
        upload.Expect(404, "not_found");
        var own = await stranger.Draft();
        (await stranger.Api.Get($"/vettings/{own}/evidence/{added.Id}")).Expect(404, "not_found");
        (await _host.Anonymous.Get(path)).Expect(401);
    }

    [Test]
    public async Task The_fifty_first_file_is_refused()
    {
        for (var i = 0; i < 50; i++)
            (await Upload(Applications.Pdf, $"{i}.pdf")).Expect(201);

        (await Upload(Applications.Pdf)).Expect(422, "invalid_fields");
    }
}
