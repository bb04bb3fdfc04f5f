using System.Reflection;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Http;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Http;

public class ProblemsTests
{
    static IEnumerable<Refusal> Declared =>
        typeof(Refusals)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(declared => declared.FieldType == typeof(Refusal))
            .Select(declared => (Refusal)declared.GetValue(null)!);

    [Test]
    public void Every_refusal_has_a_status_and_words_and_no_row_is_left_over() =>
        Assert.That(
            Problems.All.Select(refusal => refusal.Code),
            Is.EquivalentTo(Declared.Select(refusal => refusal.Code))
        );

    [Test]
    public void Codes_are_unique_snake_case_words()
    {
        Assert.That(Declared.Select(refusal => refusal.Code), Is.Unique);
        Assert.That(Declared.Select(refusal => refusal.Code), Is.All.Match("^[a-z]+(_[a-z]+)*$"));
    }

    [Test]
    public void Statuses_are_those_of_the_contract() =>
        Assert.That(
            Problems.All.Select(Problems.StatusOf).Distinct(),
            Is.SubsetOf(new[] { 400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 429, 500, 503 })
        );

    [Test]
    public async Task The_page_of_problems_has_a_line_for_each()
    {
        await using var host = await TestHost.Create();

        var page = await host.Client.GetStringAsync("/docs/problems");

        foreach (var refusal in Declared)
            Assert.That(page, Does.Contain($"<tr id=\"{refusal.Code}\">"));
    }
}
