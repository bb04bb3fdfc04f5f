using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Security;

/// <summary>
/// Thousands of requests, made from every operation of the OpenAPI document and then spoilt, by every kind of caller:
/// no answer is a 5xx, every refusal is problem details, and nobody is shown another company's data. The seed is fixed.
/// </summary>
public partial class FuzzTests
{
    const int Seed = 20260302;
    const int PerOperation = 60;

    /// <summary>Hashing a password is slow on purpose.</summary>
    const int PerOperationWithPassword = 12;

    [Test]
    public async Task Whatever_is_sent_nothing_breaks_and_nothing_leaks()
    {
        await using var host = await TestHost.Create();
        var world = await World.Create(host);
        var random = new Random(Seed);
        var mutation = new Mutation(random);
        // A real hash, since a guess is held against it.
        var hash = await host.Get<ClosedDoor.Platform.Identity.Passwords>().Hash("an-unguessed-passphrase");
        var callers = new Dictionary<string, ApiClient>();
        foreach (var name in world.Callers.Keys)
            await SignIn(name);
        var broken = new List<string>();
        var sent = 0;
        var letIn = 0;

        foreach (var operation in await Operations(host))
        {
            var times = operation.Body?.ToJsonString().Contains("assword") is true
                ? PerOperationWithPassword
                : PerOperation;
            for (var i = 0; i < times; i++)
            {
                var name = callers.Keys.ElementAt(random.Next(callers.Count));
                var path = operation.Fill(world, mutation, random);
                var (content, described) = Body(operation, mutation, random);
                var reply = await callers[name]
                    .Send(
                        operation.Method,
                        path,
                        content,
                        key: operation.Method == HttpMethod.Post && random.Next(3) == 0
                            ? $"key-{random.Next(20)}"
                            : null,
                        ifMatch: random.Next(4) == 0 ? "\"0\"" : null,
                        language: random.Next(2) == 0 ? "en" : null
                    );
                sent++;
                var what = $"seed {Seed}, request {sent}: {name} {operation.Method} {path} {described}\n→ {reply}";
                if (reply.Status >= 500 || (reply.Status >= 400 && reply.Code is null))
                    broken.Add(what);
                if (reply.Status is >= 200 and < 300)
                    letIn++;
                if (name is "other" or "nobody" or "guest" or "other guest" or "door key")
                {
                    broken.AddRange(
                        world
                            .OwnSecrets.Where(secret =>
                                reply.Text.Contains(secret) && !path.Contains(secret) && !described.Contains(secret)
                            )
                            .Select(secret => $"shows {secret}: {what}")
                    );
                }
                if (reply.Status == 401 && name is not "nobody")
                    await SignIn(name); // It has signed itself out, or was disabled.
            }
        }

        Assert.That(broken, Is.Empty);
        Assert.That(host.Log.Text, Does.Not.Contain("\"level\":\"error\"").And.Not.Contain("critical"));
        Assert.That(sent, Is.GreaterThan(2000));
        Assert.That(letIn, Is.GreaterThan(200), "Else it only knocked at closed doors.");
        TestContext.Out.WriteLine($"{sent} requests, {letIn} of them let in");

        async Task SignIn(string name)
        {
            callers[name] = await world.Callers[name]();
            await host.Tamper("UPDATE account SET password_hash = @hash", new { hash });
        }
    }

    static (HttpContent? Content, string Described) Body(Operation operation, Mutation mutation, Random random)
    {
        if (operation.Method == HttpMethod.Get || (operation.Method == HttpMethod.Delete && random.Next(10) > 0))
            return (null, "");
        if (operation.IsForm && random.Next(5) > 0)
        {
            var bytes = new byte[random.Next(0, 4000)];
            random.NextBytes(bytes);
            if (random.Next(2) == 0 && bytes.Length > 8)
                "%PDF-1.7"u8.CopyTo(bytes);
            var file = new ByteArrayContent(bytes);
            file.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
            var form = new MultipartFormDataContent
            {
                { file, random.Next(5) > 0 ? "file" : "other", $"{random.Next(99)}.pdf" },
                { new StringContent(mutation.Text()), "supports" },
            };
            return (form, $"a form with {bytes.Length} bytes");
        }

        var text = random.Next(10) == 0 ? mutation.Text() : mutation.Of(operation.Body)?.ToJsonString() ?? "null";
        if (random.Next(20) == 0)
            text = text[..random.Next(text.Length + 1)];
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.TryAddWithoutValidation(
            "Content-Type",
            random.Next(20) switch
            {
                0 => "text/plain",
                1 => "application/xml; charset=utf-16",
                2 => "application/x-www-form-urlencoded",
                3 => "",
                _ => "application/json",
            }
        );
        return (content, text.Length > 2000 ? $"{text[..2000]}… ({text.Length})" : text);
    }

    static async Task<List<Operation>> Operations(TestHost host)
    {
        var document = JsonNode.Parse(await host.Client.GetStringAsync("/openapi/v1.json"))!;
        var operations = new List<Operation>();
        foreach (var (path, methods) in document["paths"]!.AsObject())
        {
            foreach (var (method, operation) in methods!.AsObject())
            {
                var contents = operation!["requestBody"]?["content"] as JsonObject;
                var query = (operation["parameters"] as JsonArray ?? [])
                    .Where(one => one!["in"]?.GetValue<string>() == "query")
                    .Select(one => one!["name"]!.GetValue<string>())
                    .ToArray();
                operations.Add(
                    new(
                        HttpMethod.Parse(method.ToUpperInvariant()),
                        path,
                        query,
                        contents?["application/json"]?["example"],
                        contents?.Any(one => one.Key.StartsWith("multipart/", StringComparison.Ordinal)) is true
                    )
                );
            }
        }
        Assert.That(operations, Has.Count.GreaterThan(50));
        return operations;
    }

    sealed partial record Operation(HttpMethod Method, string Path, string[] Query, JsonNode? Body, bool IsForm)
    {
        /// <summary>With ids that mostly are the right ones, and queries that mostly are not.</summary>
        public string Fill(World world, Mutation mutation, Random random)
        {
            var path = Parameter()
                .Replace(
                    Path,
                    match =>
                        random.Next(6) switch
                        {
                            0 => Uri.EscapeDataString(mutation.Text().Replace("\0", ""))
                                is { Length: > 0 and < 2000 } strange
                                ? strange
                                : "x",
                            1 => world.Ids.Values.ElementAt(random.Next(world.Ids.Count)),
                            _ => world.Ids.GetValueOrDefault(match.Groups["name"].Value, "none"),
                        }
                );
            var query = Query
                .Where(_ => random.Next(3) == 0)
                .Select(name =>
                {
                    var value = random.Next(3) == 0 ? $"{random.Next(-5, 300)}" : mutation.Text();
                    return $"{name}={Uri.EscapeDataString(value.Length > 500 ? value[..500] : value)}";
                })
                .ToArray();
            return query.Length > 0 ? $"{path}?{string.Join('&', query)}" : path;
        }

        [GeneratedRegex(@"\{(?<name>\w+)\}", RegexOptions.ExplicitCapture, 1000)]
        private static partial Regex Parameter();
    }
}
