using System.Text.Json.Nodes;

namespace ClosedDoor.StripeSandbox;

static class Events
{
    /// <summary>By <c>type</c>, <c>types[]</c>, <c>created[…]</c> and <c>delivery_success</c>: whether the endpoint has it.</summary>
    public static JsonObject List(Account account, Form form)
    {
        form.Allow("limit", "starting_after", "type", "types", "created", "delivery_success");
        var types = form.Group("types").Select(one => one.Value!.GetValue<string>()).ToHashSet();
        bool? delivered = form.Text("delivery_success") is { } flag ? flag == "true" : null;
        return Lists.Of(
            account,
            "event",
            form,
            one =>
                form.Fits(one, "type")
                && (types.Count == 0 || types.Contains(one.Word("type")!))
                && (delivered is null || account.Webhooks.Has(one.Word("id")!) == delivered)
                && form.WasMadeWithin(one)
        );
    }
}
