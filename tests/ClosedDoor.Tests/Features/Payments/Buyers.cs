using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;

namespace ClosedDoor.Tests.Features.Payments;

/// <summary>The companies of a model's market, each with the last reservation that it made.</summary>
sealed class Buyers(string sessionId, TestCompany[] companies)
{
    readonly string?[] _reservations = new string?[companies.Length];

    public TestCompany Company(int who) => companies[who % companies.Length];

    /// <summary>Null until it has made one.</summary>
    public string? Reservation(int who) => _reservations[who % companies.Length];

    public int Of(string companyId) => Array.FindIndex(companies, one => one.Id == companyId);

    /// <summary>The company's reservation, a new one where it may have one.</summary>
    public async Task<string?> Reserve(int who)
    {
        if (await Company(who).Api.Reserve(sessionId) is { Status: 201 } made)
            _reservations[who % companies.Length] = made.Id;
        return Reservation(who);
    }
}
