using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ClosedDoor.Domain;
using NodaTime;
using NodaTime.Text;

namespace ClosedDoor.Demo;

/// <summary>Calls the API for one person, as any integrator would.</summary>
sealed class Api(HttpClient http, StoryClock clock, string? token = null)
{
    /// <summary>Tokens live for half an hour, of which the story skips a lot.</summary>
    static readonly Duration Early = Duration.FromMinutes(5);

    string? _token = token;
    string? _refreshToken;
    Instant _renewAt = Instant.MaxValue;

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public Task<Reply> Get(string path) => Send(HttpMethod.Get, path, null);

    /// <summary>Opens a page as a browser does: without the part of its address after #, which never leaves the browser.</summary>
    public async Task<string> Open(Uri link)
    {
        using var response = await http.GetAsync(link.AbsolutePath);
        if (!response.IsSuccessStatusCode || response.Content.Headers.ContentType?.MediaType != "text/html")
            throw new StepFailedException($"{link.AbsolutePath}：应为网页，实为 {(int)response.StatusCode}。");
        return await response.Content.ReadAsStringAsync();
    }

    public Task<Reply> Post(string path, object? body = null, string? key = null) =>
        Send(HttpMethod.Post, path, Content(body ?? new { }), key: key);

    public Task<Reply> Patch(string path, object body, string? ifMatch = null) =>
        Send(HttpMethod.Patch, path, Content(body), ifMatch);

    public Task<Reply> Put(string path, object body) => Send(HttpMethod.Put, path, Content(body));

    public Task<Reply> Upload(string path, string fileName, byte[] bytes, string supports) =>
        Send(
            HttpMethod.Post,
            path,
            new MultipartFormDataContent
            {
                { new ByteArrayContent(bytes), "file", fileName },
                { new StringContent(supports), "supports" },
            }
        );

    public Task<Reply> Import(string path, string fileName, byte[] bytes, bool dryRun) =>
        UploadTable(path, fileName, bytes, ("dryRun", dryRun ? "true" : "false"));

    public Task<Reply> UploadTable(string path, string fileName, byte[] bytes, (string Name, string Value) field) =>
        Send(
            HttpMethod.Post,
            path,
            new MultipartFormDataContent
            {
                { new ByteArrayContent(bytes), "file", fileName },
                { new StringContent(field.Value), field.Name },
            }
        );

    /// <summary>A caller with this token, such as a guest's by a personal link.</summary>
    public Api With(string token) => new(http, clock, token);

    /// <summary>The same caller once signed in.</summary>
    public async Task<Api> SignIn(string email, string password)
    {
        var api = new Api(http, clock);
        api.Keep((await Post("/auth/sign-in", new { email, password })).Expect(200));
        return api;
    }

    void Keep(Reply tokens)
    {
        _token = tokens.Text("accessToken");
        _refreshToken = tokens.Text("refreshToken");
        _renewAt = clock.Now + Duration.FromSeconds(tokens["expiresIn"].GetInt64()) - Early;
    }

    static StringContent Content(object body) =>
        new(JsonSerializer.Serialize(body, Json), Encoding.UTF8, "application/json");

    async Task<Reply> Send(
        HttpMethod method,
        string path,
        HttpContent? content,
        string? ifMatch = null,
        string? key = null
    )
    {
        if (clock.Now >= _renewAt)
        {
            _renewAt = Instant.MaxValue;
            Keep((await Post("/auth/refresh", new { refreshToken = _refreshToken })).Expect(200));
        }
        using var request = new HttpRequestMessage(method, $"/api/v1{path}") { Content = content };
        request.Headers.AcceptLanguage.ParseAdd("zh-CN");
        if (_token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        try
        {
            using var response = await http.SendAsync(request);
            return new(
                $"{method} {path}",
                (int)response.StatusCode,
                response.Headers.ETag?.ToString(),
                response.Headers.Contains("Idempotency-Replayed"),
                await response.Content.ReadAsStringAsync()
            );
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            throw new StepFailedException($"{method} {path}：服务没有应答（{e.Message}）。");
        }
    }
}

/// <summary>An answer, and how the story reads it.</summary>
/// <param name="Replayed">It is the stored answer to an earlier request with the same Idempotency-Key.</param>
sealed record Reply(string Request, int Status, string? Tag, bool Replayed, string Body)
{
    readonly Lazy<JsonElement> _json = new(() => JsonDocument.Parse(Body).RootElement);

    public string Id => this["id"].GetString()!;

    /// <summary>The value at a path such as <c>seats.held</c>.</summary>
    public JsonElement this[string path] =>
        path.Split('.')
            .Aggregate(
                _json.Value,
                (at, name) =>
                    at.ValueKind is JsonValueKind.Object && at.TryGetProperty(name, out var value)
                        ? value
                        : throw new StepFailedException($"{Request} 的应答中没有 {path}：{Body}")
            );

    public string Text(string path) => this[path].ToString();

    /// <summary>An amount as people read it: ¥38,800.00.</summary>
    public string Money(string path) =>
        new Money(this[$"{path}.amount"].GetInt64(), this[$"{path}.currency"].GetString()!).ToString();

    public Instant At(string path) => InstantPattern.ExtendedIso.Parse(this[path].GetString()!).Value;

    /// <summary>A deadline in Beijing's time; the end of a day is its 24:00.</summary>
    public string By(string path)
    {
        var local = At(path).InZone(Zones.Shanghai).LocalDateTime;
        return local.TimeOfDay == LocalTime.Midnight
            ? local.Date.PlusDays(-1).ToString("M'月'd'日 24:00'", CultureInfo.InvariantCulture)
            : local.ToString("M'月'd'日 'HH':'mm':'ss", CultureInfo.InvariantCulture);
    }

    public Reply Expect(int status) =>
        Status == status ? this : throw new StepFailedException($"{Request}：应为 {status}，实为 {Status} {Body}");

    /// <summary>A refusal with this code, in the words that the caller is told: <c>409 session_full「席位已满」</c>.</summary>
    public string ExpectRefusal(int status, string code)
    {
        if (Expect(status).Text("code") != code)
            throw new StepFailedException($"{Request}：应为 {status} {code}，实为 {Status} {Body}");
        return $"拒绝：{Text("title")}（{status} {code}）";
    }

    /// <summary>What a refusal says of one field.</summary>
    public string FieldError(string field) =>
        this["errors"].TryGetProperty(field, out var messages)
            ? messages[0].GetString()!
            : throw new StepFailedException($"{Request} 的应答没有指出字段 {field}：{Body}");
}
