using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Vetting;

/// <summary>A reviewer, and for each test a company that applies.</summary>
public abstract class ReviewDesk
{
    private protected TestHost _host = null!;
    private protected ApiClient _reviewer = null!;
    private protected TestCompany _company = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _reviewer = await _host.Given.Organizer(Permission.Review);
    }

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [SetUp]
    public async Task Begin() => _company = await _host.Given.Company();

    private protected async Task<string?> CompanyStatus() =>
        (await _company.Api.Get($"/companies/{_company.Id}")).Expect(200)["status"].GetString();
}
