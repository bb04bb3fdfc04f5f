using System.Diagnostics;
using ClosedDoor.Platform;
using ClosedDoor.Tests.Given;
using Microsoft.Extensions.Configuration;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

/// <summary>Starts that the operator has to mend: one line says what, and the process ends with 1.</summary>
public class StartTests
{
    [TestCase("CLOSEDDOOR_HOLD_SECONDS", "soon")]
    [TestCase("CLOSEDDOOR_TRANSFER_WORKING_DAYS", "0")]
    [TestCase("CLOSEDDOOR_SMTP_PORT", "65536")]
    [TestCase("CLOSEDDOOR_TWO_REVIEWERS", "perhaps")]
    [TestCase("CLOSEDDOOR_ACCESS_LOG", "perhaps")]
    [TestCase("CLOSEDDOOR_PUBLIC_URL", "seats.example.com")]
    [TestCase("CLOSEDDOOR_PUBLIC_URL", "seats.example.com:443")]
    [TestCase("CLOSEDDOOR_PUBLIC_URL", "/seats")]
    [TestCase("CLOSEDDOOR_PUBLIC_URL", "ftp://seats.example.com")]
    [TestCase("CLOSEDDOOR_PUBLIC_URL", "https://seats.example.com/#/")]
    [TestCase("CLOSEDDOOR_HOSPITALS_LEAST", "9")]
    [TestCase("CLOSEDDOOR_EXPERTS_LEAST", "6")]
    [TestCase("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")]
    public void A_value_that_cannot_be_read_is_refused_by_its_name(string name, string value) =>
        Assert.That(
            () => Read((name, value)),
            Throws.InstanceOf<InvalidSettingException>().With.Message.StartsWith(name)
        );

    [TestCase("https://seats.example.com/", "https://seats.example.com")]
    [TestCase("http://10.0.0.7:5080/closeddoor", "http://10.0.0.7:5080/closeddoor")]
    public void Links_begin_with_the_public_address_as_it_is_said(string said, string begins) =>
        Assert.That(Read(("CLOSEDDOOR_PUBLIC_URL", said)).PublicUrl, Is.EqualTo(begins));

    [TestCase("CLOSEDDOOR_DATABSE", "CLOSEDDOOR_DATABASE")]
    [TestCase("CLOSEDDOOR_DATABSAE", "CLOSEDDOOR_DATABASE")]
    [TestCase("closeddoor_payee_acount", "CLOSEDDOOR_PAYEE_ACCOUNT")]
    [TestCase("CLOSEDDOOR_SMTP_PASS", "CLOSEDDOOR_SMTP_PASSWORD")]
    [TestCase("CLOSEDDOOR_STRIPE_SECRET", "CLOSEDDOOR_STRIPE_KEY")]
    [TestCase("CLOSEDDOOR__DATABASE", "CLOSEDDOOR_DATABASE")]
    public void A_name_that_no_setting_has_is_named_with_the_nearest(string name, string nearest)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([
            new(name.Replace("__", ":"), "hush"), // As .NET reads an environment.
            new("CLOSEDDOOR_DATA", "data"),
        ]);

        var unknown = new Settings(configuration.Build()).Unknown.Single();

        Assert.That(unknown, Is.EqualTo(new UnknownSetting(name, nearest)));
        Assert.That(unknown.ToString(), Does.Contain(name).And.Contain(nearest).And.Not.Contain("hush"));
    }

    [TestCase("CLOSEDDOOR")]
    [TestCase("PATH")]
    [TestCase("OTEL_SERVICE_NAME")]
    [TestCase("closeddoor_data")]
    public void Other_names_are_not(string name) => Assert.That(Read((name, "value")).Unknown, Is.Empty);

    [Test]
    public void Every_setting_in_README_is_known_whether_it_is_set_or_not() =>
        Assert.That(Read([.. Readme.Rows("CLOSEDDOOR_").Select(row => (row[0], ""))]).Unknown, Is.Empty);

    [Test]
    public async Task A_service_starts_and_warns_of_a_name_that_no_setting_has()
    {
        await using var host = await TestHost.Create(("CLOSEDDOOR_DATABSE", "hush.db"));

        var lines = host
            .Log.Lines.Where(line => line.GetProperty("message").GetString()!.Contains("DATABSE"))
            .ToArray();

        Assert.That(lines, Has.Length.EqualTo(1));
        Assert.That(lines[0].GetProperty("level").GetString(), Is.EqualTo("warning"));
        Assert.That(
            lines[0].GetProperty("message").GetString(),
            Does.StartWith("CLOSEDDOOR_DATABSE").And.Contain("CLOSEDDOOR_DATABASE").And.Not.Contain("hush")
        );
    }

    [Test]
    public async Task A_command_runs_and_warns_of_a_name_that_no_setting_has()
    {
        await using var database = await TestDatabase.CreateMigrated();

        var (code, _, errors) = await ServiceCommand.Run(database, [("CLOSEDDOOR_DATABSE", "hush.db")], "verify-audit");

        Assert.That(code, Is.Zero);
        Assert.That(
            errors,
            Does.StartWith("CLOSEDDOOR_DATABSE").And.Contain("CLOSEDDOOR_DATABASE.").And.Not.Contain("\n")
        );
        Assert.That(errors, Does.Not.Contain("hush"));
    }

    [Test]
    public void Values_are_read_once()
    {
        var configuration = Configured(("CLOSEDDOOR_DELEGATES_PER_SEAT", "3"));
        var settings = new Settings(configuration);

        configuration["CLOSEDDOOR_DELEGATES_PER_SEAT"] = "4";

        Assert.That(settings.DelegatesPerSeat, Is.EqualTo(3));
    }

    [Test]
    public void A_blank_belongs_to_a_password_and_to_nothing_else()
    {
        var settings = Read(
            ("CLOSEDDOOR_OWNER_EMAIL", " owner@example.com "),
            ("CLOSEDDOOR_OWNER_PASSWORD", " a long passphrase "),
            ("CLOSEDDOOR_SMTP_PASSWORD", "secret "),
            ("CLOSEDDOOR_PAYEE_NAME", "  ")
        );

        Assert.That(settings.OwnerEmail, Is.EqualTo("owner@example.com"));
        Assert.That(settings.OwnerPassword, Is.EqualTo(" a long passphrase "));
        Assert.That(settings.SmtpPassword, Is.EqualTo("secret "));
        Assert.That(settings.PayeeName, Is.Null);
    }

    [Test]
    [On(Engine.Sqlite, "PostgreSQL's files are the server's.")]
    public async Task What_sqlite_keeps_is_for_the_services_own_user_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("Windows has no such modes.");
            return;
        }
        await using var host = await TestHost.Create();
        await host.Given.PublishedSession();

        foreach (var file in Directory.GetFiles(host.Store.Folder, "closeddoor.db*"))
            Assert.That(
                File.GetUnixFileMode(file),
                Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite),
                Path.GetFileName(file)
            );
    }

    [TestCase("CLOSEDDOOR_HOLD_SECONDS", "soon")]
    [TestCase("CLOSEDDOOR_MAIL_FROM", "nobody")]
    [TestCase("CLOSEDDOOR_REPLY_TO", "nobody")]
    [TestCase("CLOSEDDOOR_TRUSTED_PROXIES", "somewhere")]
    public async Task An_invalid_setting_ends_the_start_with_one_line(string name, string value)
    {
        await using var database = await TestDatabase.Create();

        var (code, error) = await Start(database, (name, value));

        Assert.That(code, Is.EqualTo(1));
        Assert.That(error, Does.StartWith(name).And.Not.Contain("\n"));
    }

    [TestCase("nonsense", "a-long-passphrase")]
    [TestCase("owner@example.com", "short")]
    public async Task An_owner_that_cannot_be_ends_the_start_with_one_line(string email, string password)
    {
        await using var database = await TestDatabase.Create();

        var (code, error) = await Start(
            database,
            ("CLOSEDDOOR_OWNER_EMAIL", email),
            ("CLOSEDDOOR_OWNER_PASSWORD", password)
        );

        Assert.That(code, Is.EqualTo(1));
        Assert.That(error, Does.StartWith("CLOSEDDOOR_OWNER").And.Not.Contain("\n"));
    }

    [Test]
    public async Task A_database_of_another_release_ends_the_start_with_one_line()
    {
        await using var host = await TestHost.Create();
        await host.Tamper("UPDATE migration SET checksum = 'edited'");

        var (code, error) = await Start(host.Store);

        Assert.That(code, Is.EqualTo(1));
        Assert.That(error, Does.Contain("edited after it was applied").And.Not.Contain("\n"));
    }

    [TestCase("Server=db;Database=closeddoor")]
    [TestCase("Host = db")]
    [TestCase(" host=db;password='a=b;c'")]
    public void A_connection_string_is_one_however_it_names_its_host(string value) =>
        Assert.That(Read(("CLOSEDDOOR_DATABASE", value)).IsOnPostgres);

    [TestCase("data/closeddoor.db")]
    [TestCase("/var/lib/Host=1/closeddoor.db")]
    [TestCase("./a=b.db")]
    [TestCase(@"C:\closeddoor\closeddoor.db")]
    public void A_path_is_none(string value) =>
        Assert.That(Read(("CLOSEDDOOR_DATABASE", value)).IsOnPostgres, Is.False);

    [TestCase("Hots=db;Database=closeddoor;Password=hush-hush")]
    [TestCase("Data Source=closeddoor.db;Password=hush-hush")]
    [TestCase("postgres://closeddoor:hush-hush@db/closeddoor")]
    [TestCase("Host=db;Passwort=hush-hush")]
    [TestCase("Host=db;Port=hush-hush")]
    [TestCase("Host=db;Password='hush-hush")]
    public void A_connection_string_that_cannot_be_used_makes_no_file_by_its_name_and_is_not_repeated(string value) =>
        Assert.That(
            () => Read(("CLOSEDDOOR_DATABASE", value)),
            Throws
                .InstanceOf<InvalidSettingException>()
                .With.Message.StartsWith("CLOSEDDOOR_DATABASE")
                .And.Message.Not.Contains("hush")
        );

    [TestCase("Host=127.0.0.1;Port=1;Username=nobody;Database=none;Timeout=2", "")]
    [TestCase("Host=127.0.0.1;Port=1;Username=nobody;Database=none;Timeout=2", "migrate")]
    [TestCase("Host=127.0.0.1;Port=1;Username=nobody;Database=none;Timeout=2", "create-owner")]
    [TestCase("Host=127.0.0.1;Port=1;Username=nobody;Database=none;Timeout=2", "verify-audit")]
    [TestCase("Host=nowhere.invalid;Username=nobody;Database=none;Timeout=2", "")]
    [TestCase("Host=nowhere.invalid;Username=nobody;Database=none;Timeout=2", "verify-audit")]
    [TestCase("Host=127.0.0.1;Nonsense=1", "")]
    [TestCase("{folder}/file/closeddoor.db", "")]
    [TestCase("{folder}/file/closeddoor.db", "migrate")]
    [TestCase("{folder}/file", "")]
    [TestCase("{folder}", "")]
    [TestCase("/proc/closeddoor/closeddoor.db", "")]
    [TestCase("{database};Database=there_is_none", "")]
    [TestCase("{database};Username=there_is_nobody", "")]
    public async Task A_database_that_cannot_be_had_ends_the_start_with_one_line(string location, string verb)
    {
        if (location.Contains("{database}") && !TestDatabase.IsPostgres)
            return;
        await using var database = await TestDatabase.Create();
        // Longer than the header of a database, which it is not.
        await File.WriteAllTextAsync(Path.Combine(database.Folder, "file"), new string('x', 4096));

        var (code, error) = await Start(
            database,
            verb,
            (
                "CLOSEDDOOR_DATABASE",
                location.Replace("{folder}", database.Folder).Replace("{database}", database.Location)
            )
        );

        Assert.That(code, Is.EqualTo(1));
        Assert.That(error, Does.Contain("atabase").IgnoreCase.And.Not.Contain("\n").And.Not.Contain(" at "));
    }

    static Settings Read(params (string Name, string Value)[] values) => new(Configured(values));

    static IConfigurationRoot Configured(params (string Name, string Value)[] values) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(values.ToDictionary(one => one.Name, one => (string?)one.Value))
            .Build();

    /// <summary>The service in a process of its own, since an exit code is what counts.</summary>
    static Task<(int Code, string Error)> Start(TestDatabase database, params (string Name, string Value)[] settings) =>
        Start(database, "", settings);

    static async Task<(int Code, string Error)> Start(
        TestDatabase database,
        string verb,
        params (string Name, string Value)[] settings
    )
    {
        string[] command =
            verb is "" ? []
            : verb is "create-owner" ? [verb, "owner@example.com"]
            : [verb];
        var start = new ProcessStartInfo(
            "dotnet",
            [typeof(Program).Assembly.Location, .. command, "--urls", "http://127.0.0.1:0"]
        )
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        }.WithoutSettings();
        start.Environment["CLOSEDDOOR_DATA"] = database.Folder;
        start.Environment["CLOSEDDOOR_DATABASE"] = database.Location;
        foreach (var (name, value) in settings)
            start.Environment[name] = value;

        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
            await output;
            return (process.ExitCode, (await error).Trim());
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
