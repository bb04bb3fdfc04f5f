using System.Text.Json.Nodes;

namespace ClosedDoor.StripeSandbox;

/// <summary>An error as Stripe answers it.</summary>
/// <param name="executed">Whether the request got past the checks of its parameters: only then is it kept under its idempotency key.</param>
sealed class StripeProblem(
    int status,
    string type,
    string? code,
    string message,
    string? param = null,
    bool executed = false
) : Exception(message)
{
    public int Status => status;
    public bool Executed => executed;

    public JsonObject Body =>
        new()
        {
            ["error"] = new JsonObject
            {
                ["type"] = type,
                ["code"] = code,
                ["message"] = Message,
                ["param"] = param,
            },
        };

    public static StripeProblem Missing(string kind, string id) =>
        new(404, "invalid_request_error", "resource_missing", $"No such {kind}: '{id}'", "id");

    public static StripeProblem Parameter(string param, string message, string? code = "parameter_invalid_empty") =>
        new(400, "invalid_request_error", code, message, param);

    /// <summary>The parameters are fine, and the state of the object does not allow it.</summary>
    public static StripeProblem State(string message, string? code = null) =>
        new(400, "invalid_request_error", code, message, executed: true);
}
