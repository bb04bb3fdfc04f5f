using System.Globalization;
using ClosedDoor.Domain;
using Microsoft.Extensions.Primitives;

namespace ClosedDoor.Platform.Http;

/// <summary>
/// Refuses, for all endpoints at one place, what no endpoint could take: identifiers that are none (which kind of thing
/// one must name, the query asks), page sizes that no list takes, and NUL characters, which PostgreSQL's text cannot hold. After
/// authorization, so that who may not know learns nothing from it.
/// </summary>
static class PlausibleRequest
{
    public static IApplicationBuilder UsePlausibility(this IApplicationBuilder app) =>
        app.Use((http, next) => RefusalOf(http.Request) is { } refusal ? Problems.Write(http, refusal) : next(http));

    static Refusal? RefusalOf(HttpRequest request)
    {
        foreach (var (name, value) in request.RouteValues)
        {
            if (value is not string text)
                continue;
            if (
                text.Contains('\0')
                || ((name == "id" || name.EndsWith("Id", StringComparison.Ordinal)) && !TypeId.IsValid(text))
            )
                return Refusals.NotFound;
        }

        if (!request.QueryString.HasValue)
            return null;
        if (request.QueryString.Value!.Contains("%00", StringComparison.Ordinal))
            return Refusals.Malformed.Because("查询参数含有空字符。", "A query parameter contains a NUL character.");
        DropEmptyParameters(request);
        return request.Query.TryGetValue("limit", out var limit) ? RefusalOfLimit(limit.ToString()) : null;
    }

    /// <summary>A form that was left empty sends <c>?status=</c>: that asks for nothing, as if it were absent.</summary>
    static void DropEmptyParameters(HttpRequest request)
    {
        if (request.Query.Any(parameter => StringValues.IsNullOrEmpty(parameter.Value)))
            request.QueryString = QueryString.Create(
                request.Query.Where(parameter => !StringValues.IsNullOrEmpty(parameter.Value))
            );
    }

    // Words that are no number are left to binding, which answers 400.
    static Refusal? RefusalOfLimit(string limit)
    {
        if (
            !long.TryParse(limit, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var size)
            || size is >= 1 and <= Paging.Largest
        )
            return null;
        var errors = new FieldErrors();
        errors.Within("limit", size, 1, Paging.Largest);
        return errors.Refusal;
    }
}
