using ClosedDoor.Domain;

namespace ClosedDoor.Platform.Http;

/// <summary>What an endpoint says of itself; the OpenAPI document is written from it.</summary>
static class EndpointDescription
{
    /// <summary>The operation's id and its one-line summary.</summary>
    public static RouteHandlerBuilder Named(this RouteHandlerBuilder endpoint, string operationId, string summary) =>
        endpoint.WithName(operationId).WithSummary(summary);

    /// <summary>The status and body of success. The document makes its example out of the type.</summary>
    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder endpoint, int status = 200)
        where T : class => endpoint.Produces<T>(status, "application/json");

    public static RouteHandlerBuilder AnswersNothing(this RouteHandlerBuilder endpoint) => endpoint.Produces(204);

    /// <summary>The refusals that are this endpoint's own. Those that any endpoint may give are added to the document.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params Refusal[] refusals) =>
        endpoint.WithMetadata(new RefusedWith(refusals));

    /// <summary>A request body as one would send it; checked by a test against the endpoint's own rules.</summary>
    public static RouteHandlerBuilder Example(this RouteHandlerBuilder endpoint, object request) =>
        endpoint.WithMetadata(new RequestExample(request));
}

sealed record RefusedWith(Refusal[] Refusals);

sealed record RequestExample(object Request);
